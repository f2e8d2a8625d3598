-- What became of jobs that others shall run after: true where it has succeeded, false where it still lives, null where nothing will come of it.
-- $1 jobs
SELECT p.job_id, CASE WHEN EXISTS (SELECT FROM queue.job j WHERE j.job_id = p.job_id) THEN false
                 WHEN EXISTS (SELECT FROM queue.outcome o WHERE o.job_id = p.job_id AND o.state = 'Succeeded') THEN true END
FROM unnest($1::bigint[]) AS p (job_id)

-- A few live jobs to cancel, those in work first.
-- $1 how many, $2 none of these
SELECT j.job_id FROM queue.job j WHERE j.job_id <> ALL ($2::bigint[]) ORDER BY j.state <> 'Processing', random() LIMIT $1

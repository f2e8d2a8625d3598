-- Which of these jobs have not ended.
-- $1 jobs
SELECT j.job_id FROM queue.job j WHERE j.job_id = ANY ($1::bigint[])

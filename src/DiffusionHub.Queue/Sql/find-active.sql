-- Live jobs of one owner, oldest first.
-- $1 owner
SELECT job_id FROM queue.job WHERE owner_id = $1 ORDER BY job_id

-- Live jobs of one owner, the newest few, oldest first.
-- $1 owner, $2 how many
SELECT job_id FROM (SELECT j.job_id FROM queue.job j WHERE j.owner_id = $1 ORDER BY j.job_id DESC LIMIT $2) AS newest ORDER BY job_id

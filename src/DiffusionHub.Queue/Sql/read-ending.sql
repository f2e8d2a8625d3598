-- Reads how a claim ended its job, for a finish whose answer was lost with the connection: it may have been committed.
-- $1 job, $2 claim token
SELECT state FROM queue.outcome WHERE job_id = $1 AND claim_token = $2

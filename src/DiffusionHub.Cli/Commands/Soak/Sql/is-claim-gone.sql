-- Whether a claim was taken away.
-- $1 job, $2 claim token
SELECT NOT EXISTS (SELECT FROM queue.job j WHERE j.job_id = $1 AND j.claim_token = $2)

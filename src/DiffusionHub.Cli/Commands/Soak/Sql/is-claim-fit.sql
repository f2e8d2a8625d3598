-- Whether a claim is held, and its job not cancelled.
-- $1 job, $2 claim token
SELECT EXISTS (SELECT FROM queue.job j WHERE j.job_id = $1 AND j.claim_token = $2 AND NOT j.cancel_requested)

-- Processing -> Succeeded, or Deleted when it was cancelled meanwhile. Exactly one row moves, or none: then the claim is no longer
-- this worker's (fenced) and nothing of it may be published. The outcome's primary key is the second line of defence.
-- $1 job, $2 claim token, $3 worker, $4 epoch, $5 device milliseconds
WITH gone AS (
    DELETE FROM queue.job j
    USING queue.worker w
    WHERE j.job_id = $1 AND j.claim_token = $2 AND j.worker_id = $3 AND j.worker_epoch = $4
      AND w.worker_id = j.worker_id AND w.epoch = j.worker_epoch
    RETURNING j.*, w.name AS worker
), ended AS (
    INSERT INTO queue.outcome (job_id, lane, owner_id, group_id, model, batch_key, payload, state, errors, attempts, worker, claim_token,
                               device_ms, enqueued_at, claimed_at)
    SELECT job_id, lane, owner_id, group_id, model, batch_key, payload, CASE WHEN cancel_requested THEN 'Deleted' ELSE 'Succeeded' END,
           errors, attempt, worker, claim_token, $5, enqueued_at, claimed_at
    FROM gone
    RETURNING state
), swept AS (
    DELETE FROM queue.progress p USING gone WHERE p.job_id = gone.job_id
)
SELECT state FROM ended

-- Processing -> Succeeded, or Deleted when it was cancelled meanwhile. Exactly one row moves, or none: then the claim is no longer
-- this worker's (fenced) and nothing of it may be published. The outcome's primary key is the second line of defence.
-- What waited for this job enters the line (refill.sql places it). What it took (nothing, if it was cancelled) is noted for fold-accounts.sql.
-- Returns the state, whether others waited for it, and whether it made room under a person's running limit.
-- $1 job, $2 claim token, $3 worker, $4 epoch, $5 device milliseconds
WITH gone AS (
    DELETE FROM queue.job j
    USING queue.worker w
    WHERE j.job_id = $1 AND j.claim_token = $2 AND j.worker_id = $3 AND j.worker_epoch = $4
      AND w.worker_id = j.worker_id AND w.epoch = j.worker_epoch
    RETURNING j.*, w.name AS worker
), ended AS (
    INSERT INTO queue.outcome (job_id, lane, owner_id, group_id, model, batch_key, payload, state, errors, attempts, worker, claim_token,
                               device_ms, enqueued_at, claimed_at, cost, task, width, height, steps, ready_at, eta_at)
    SELECT job_id, lane, owner_id, group_id, model, batch_key, payload, CASE WHEN cancel_requested THEN 'Deleted' ELSE 'Succeeded' END,
           errors, attempt, worker, claim_token, $5, enqueued_at, claimed_at, cost, task, width, height, steps, ready_at, eta_at
    FROM gone
    RETURNING job_id, owner_id, state
), swept AS (
    DELETE FROM queue.progress p USING gone WHERE p.job_id = gone.job_id
), freed AS (
    UPDATE queue.share s SET running = s.running - 1 FROM gone WHERE gone.counted AND s.owner_id = gone.owner_id
), noted AS (
    INSERT INTO queue.measured (job_id, lane, owner_id, model, task, width, height, steps, cost, charge, device_ms)
    SELECT job_id, lane, owner_id, model, task, width, height, steps, cost, charge, CASE WHEN cancel_requested THEN NULL ELSE $5 END FROM gone
), released AS (
    UPDATE queue.job c
    SET after_job = NULL, state = CASE WHEN c.run_after IS NULL THEN 'Enqueued' ELSE 'Scheduled' END, ready_at = now()
    FROM gone WHERE c.after_job = gone.job_id AND NOT gone.cancel_requested
    RETURNING c.job_id
), told AS (
    INSERT INTO queue.event (kind, job_id, owner_id) SELECT state, job_id, owner_id FROM ended
)
SELECT e.state, EXISTS (SELECT FROM queue.job c WHERE c.after_job = e.job_id), g.counted FROM ended e CROSS JOIN gone g

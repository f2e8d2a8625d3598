-- Processing -> Scheduled (another attempt after a pause of 1, 4, 16, … at most 60 seconds, at its old place), or Failed when no attempt is
-- left or none would help, or Deleted when it was cancelled meanwhile. Every attempt's error is kept. No row: fenced.
-- Returns the state, and whether others waited for it: they end with it (end-dependents.sql).
-- $1 job, $2 claim token, $3 worker, $4 epoch, $5 error, $6 may be retried
WITH held AS MATERIALIZED (
    SELECT j.job_id, j.owner_id, j.counted, w.name AS worker, NOT j.cancel_requested AND $6::boolean AND j.attempt < j.max_attempts AS again,
           j.errors || jsonb_build_object('attempt', j.attempt, 'at', now(), 'worker', w.name, 'error', $5::text) AS errors
    FROM queue.job j JOIN queue.worker w ON w.worker_id = j.worker_id AND w.epoch = j.worker_epoch
    WHERE j.job_id = $1 AND j.claim_token = $2 AND j.worker_id = $3 AND j.worker_epoch = $4
    FOR UPDATE OF j
), again AS (
    UPDATE queue.job j
    SET state = 'Scheduled', run_after = now() + least(60, power(4, j.attempt - 1)) * interval '1 second', errors = held.errors,
        claim_token = NULL, worker_id = NULL, worker_epoch = NULL, claimed_at = NULL, counted = false
    FROM held WHERE j.job_id = held.job_id AND held.again
    RETURNING j.job_id, j.owner_id, j.state
), gone AS (
    DELETE FROM queue.job j USING held WHERE j.job_id = held.job_id AND NOT held.again
    RETURNING j.*, held.worker, held.errors AS all_errors
), ended AS (
    INSERT INTO queue.outcome (job_id, lane, owner_id, group_id, model, batch_key, payload, state, error, errors, attempts, worker,
                               claim_token, enqueued_at, claimed_at, cost, task, width, height, steps, ready_at, eta_at)
    SELECT job_id, lane, owner_id, group_id, model, batch_key, payload, CASE WHEN cancel_requested THEN 'Deleted' ELSE 'Failed' END,
           CASE WHEN cancel_requested THEN NULL ELSE $5::text END, all_errors, attempt, worker, claim_token, enqueued_at, claimed_at,
           cost, task, width, height, steps, ready_at, eta_at
    FROM gone
    RETURNING job_id, owner_id, state
), noted AS (
    INSERT INTO queue.measured (job_id, lane, owner_id, model, task, width, height, steps, cost)
    SELECT job_id, lane, owner_id, model, task, width, height, steps, cost FROM gone
), swept AS (
    DELETE FROM queue.progress p USING held WHERE p.job_id = held.job_id
), freed AS (
    UPDATE queue.share s SET running = s.running - 1 FROM held WHERE held.counted AND s.owner_id = held.owner_id
), result AS (
    SELECT * FROM again UNION ALL SELECT * FROM ended
), told AS (
    INSERT INTO queue.event (kind, job_id, owner_id) SELECT state, job_id, owner_id FROM result
)
SELECT r.state, EXISTS (SELECT FROM queue.job c WHERE c.after_job = r.job_id) FROM result r

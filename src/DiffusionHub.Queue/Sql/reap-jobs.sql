-- Processing without an owner (its worker is gone, or has another epoch) -> Enqueued at its old place, the attempt charged; -> Failed when
-- that was its last attempt; -> Deleted when it was cancelled.
-- $1 the error to keep
WITH lost AS MATERIALIZED (
    SELECT j.job_id, j.owner_id, j.counted, w.name AS worker, NOT j.cancel_requested AND j.attempt < j.max_attempts AS again,
           j.errors || jsonb_build_object('attempt', j.attempt, 'at', now(), 'worker', w.name, 'error', $1::text) AS errors
    FROM queue.job j LEFT JOIN queue.worker w ON w.worker_id = j.worker_id
    WHERE j.state = 'Processing' AND (w.worker_id IS NULL OR w.epoch <> j.worker_epoch)
    FOR UPDATE OF j SKIP LOCKED
), freed AS (
    UPDATE queue.job j
    SET state = 'Enqueued', errors = lost.errors, claim_token = NULL, worker_id = NULL, worker_epoch = NULL, claimed_at = NULL, counted = false
    FROM lost WHERE j.job_id = lost.job_id AND lost.again
    RETURNING j.job_id
), gone AS (
    DELETE FROM queue.job j USING lost WHERE j.job_id = lost.job_id AND NOT lost.again
    RETURNING j.*, lost.worker, lost.errors AS all_errors
), ended AS (
    INSERT INTO queue.outcome (job_id, lane, owner_id, group_id, model, batch_key, payload, state, error, errors, attempts, worker,
                               claim_token, enqueued_at, claimed_at, cost, task, width, height, steps, ready_at, eta_at)
    SELECT job_id, lane, owner_id, group_id, model, batch_key, payload, CASE WHEN cancel_requested THEN 'Deleted' ELSE 'Failed' END,
           CASE WHEN cancel_requested THEN NULL ELSE $1::text END, all_errors, attempt, worker, claim_token, enqueued_at, claimed_at,
           cost, task, width, height, steps, ready_at, eta_at
    FROM gone
    RETURNING job_id, owner_id, state
), noted AS (
    INSERT INTO queue.measured (job_id, lane, owner_id, model, task, width, height, steps, cost)
    SELECT job_id, lane, owner_id, model, task, width, height, steps, cost FROM gone
), room AS (
    UPDATE queue.share s SET running = s.running - l.n
    FROM (SELECT owner_id, count(*) AS n FROM lost WHERE counted GROUP BY owner_id) AS l
    WHERE s.owner_id = l.owner_id
), told AS (
    INSERT INTO queue.event (kind, job_id, owner_id)
    SELECT state, job_id, owner_id FROM ended UNION ALL SELECT 'Rescued', l.job_id, l.owner_id FROM lost l WHERE l.again
)
SELECT job_id, 'Enqueued' AS state FROM freed UNION ALL SELECT job_id, state FROM ended

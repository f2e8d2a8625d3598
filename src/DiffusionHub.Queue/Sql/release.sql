-- Processing -> Enqueued without a charge: the worker gives back what it did not finish (shutdown, no room for the picture, a claim whose
-- answer got lost). Its place in line is kept, because the line's order is the row's own. A cancelled one ends as Deleted instead.
-- $1 worker, $2 epoch, $3 claim tokens to give back, $4 true: give back all others instead
WITH held AS MATERIALIZED (
    SELECT j.job_id, j.owner_id, j.counted, j.cancel_requested, w.name AS worker
    FROM queue.job j LEFT JOIN queue.worker w ON w.worker_id = j.worker_id
    WHERE j.worker_id = $1 AND j.worker_epoch = $2 AND j.state = 'Processing' AND (j.claim_token = ANY ($3::bigint[])) <> $4::boolean
    FOR UPDATE OF j
), freed AS (
    UPDATE queue.job j
    SET state = 'Enqueued', attempt = j.attempt - 1, claim_token = NULL, worker_id = NULL, worker_epoch = NULL, claimed_at = NULL, counted = false
    FROM held WHERE j.job_id = held.job_id AND NOT held.cancel_requested
    RETURNING j.job_id
), gone AS (
    DELETE FROM queue.job j USING held WHERE j.job_id = held.job_id AND held.cancel_requested
    RETURNING j.*, held.worker
), ended AS (
    INSERT INTO queue.outcome (job_id, lane, owner_id, group_id, model, batch_key, payload, state, errors, attempts, worker, claim_token,
                               enqueued_at, claimed_at, cost, task, width, height, steps, ready_at, eta_at)
    SELECT job_id, lane, owner_id, group_id, model, batch_key, payload, 'Deleted', errors, attempt, worker, claim_token, enqueued_at, claimed_at,
           cost, task, width, height, steps, ready_at, eta_at
    FROM gone
    RETURNING job_id, owner_id
), noted AS (
    INSERT INTO queue.measured (job_id, lane, owner_id, model, task, width, height, steps, cost)
    SELECT job_id, lane, owner_id, model, task, width, height, steps, cost FROM gone
), swept AS (
    DELETE FROM queue.progress p USING held WHERE p.job_id = held.job_id
), room AS (
    UPDATE queue.share s SET running = s.running - h.n
    FROM (SELECT owner_id, count(*) AS n FROM held WHERE counted GROUP BY owner_id) AS h
    WHERE s.owner_id = h.owner_id
), told AS (
    INSERT INTO queue.event (kind, job_id, owner_id) SELECT 'Deleted', job_id, owner_id FROM ended
)
SELECT job_id FROM freed UNION ALL SELECT job_id FROM ended

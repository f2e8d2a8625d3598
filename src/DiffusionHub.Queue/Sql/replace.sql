-- Enqueued, Scheduled -> the same, as another job: the waiting job of a slot takes the newer request, and keeps its number and its place in
-- line. The account pays the difference, and the person's later jobs move by it. No row: nothing waits in the slot.
-- Runs under slot-turn.sql.
-- $1 owner, $2 slot, $3 lane, $4 group, $5 model, $6 batch key, $7 payload, $8 cost (null: learnt), $9 task, $10 width, $11 height, $12 steps
WITH account AS MATERIALIZED (
    SELECT f.lane, f.owner_id FROM queue.flow f WHERE f.lane = $3 AND f.owner_id = $1 FOR UPDATE
), refused AS MATERIALIZED (
    SELECT count(queue.refuse('model', $5)) FROM queue.setting s
    WHERE s.refuse_unrunnable AND NOT EXISTS (SELECT FROM queue.worker w WHERE $5 = ANY (w.models))
), waiting AS MATERIALIZED (
    SELECT j.job_id, j.vstart, j.charge FROM queue.job j
    WHERE j.owner_id = (SELECT a.owner_id FROM account a) AND j.slot = $2 AND j.lane = $3 AND j.state <> 'Processing' AND j.attempt = 0
    ORDER BY j.job_id DESC
    LIMIT 1
    FOR UPDATE
), priced AS MATERIALIZED (
    SELECT w.*, p.cost, p.cost / coalesce((SELECT h.weight FROM queue.share h WHERE h.owner_id = $1), 1) AS new_charge
    FROM waiting w CROSS JOIN refused CROSS JOIN LATERAL (
        SELECT coalesce($8, (SELECT c.device_ms FROM queue.cost c WHERE c.model = $5 AND c.task = $9 AND c.width = $10 AND c.height = $11 AND c.steps = $12),
                        (SELECT v.ms_per_mstep FROM queue.speed v WHERE v.model = $5) * nullif($10::double precision * $11 * $12, 0) / 1e6, 1000) AS cost) AS p
), changed AS (
    UPDATE queue.job j
    SET group_id = $4, model = $5, batch_key = $6, payload = $7::jsonb, cost = p.cost, charge = CASE WHEN p.charge IS NULL THEN NULL ELSE p.new_charge END,
        task = $9, width = $10, height = $11, steps = $12, eta_at = NULL
    FROM priced p WHERE j.job_id = p.job_id
    RETURNING j.job_id
), paid AS (
    UPDATE queue.flow f SET vfinish = f.vfinish + p.new_charge - p.charge, charged = f.charged + p.new_charge - p.charge
    FROM priced p WHERE f.lane = $3 AND f.owner_id = $1 AND p.charge IS NOT NULL
), moved AS (
    UPDATE queue.job j
    SET vstart = CASE WHEN p.new_charge >= p.charge THEN j.vstart + p.new_charge - p.charge
                 ELSE least(j.vstart, greatest(j.vstart + p.new_charge - p.charge, coalesce(pg_sequence_last_value(l.clock), 0))) END
    FROM priced p, queue.lane l
    WHERE l.name = $3 AND j.owner_id = $1 AND j.lane = $3 AND j.state = 'Enqueued' AND j.vstart > p.vstart AND j.job_id <> p.job_id
)
SELECT job_id FROM changed

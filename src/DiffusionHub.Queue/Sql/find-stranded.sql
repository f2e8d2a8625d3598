-- Notes models that jobs wait for while no living worker has them, and forgets those that have one again; each change is an event.
WITH RECURSIVE waiting AS (
    (SELECT j.lane, j.model FROM queue.job j WHERE j.state = 'Enqueued' AND j.vstart IS NOT NULL ORDER BY j.lane, j.model LIMIT 1)
    UNION ALL
    SELECT n.lane, n.model FROM waiting w CROSS JOIN LATERAL (
        SELECT j.lane, j.model FROM queue.job j
        WHERE j.state = 'Enqueued' AND j.vstart IS NOT NULL AND (j.lane, j.model) > (w.lane, w.model)
        ORDER BY j.lane, j.model LIMIT 1) AS n
), bare AS MATERIALIZED (
    SELECT DISTINCT w.model FROM waiting w
    WHERE NOT EXISTS (SELECT FROM queue.worker k WHERE w.model = ANY (k.models) AND k.lease_until > now())
), came AS (
    INSERT INTO queue.stranded (model) SELECT model FROM bare ON CONFLICT DO NOTHING RETURNING model
), went AS (
    DELETE FROM queue.stranded s WHERE NOT EXISTS (SELECT FROM bare b WHERE b.model = s.model) RETURNING s.model
)
INSERT INTO queue.event (kind, detail) SELECT 'Stranded', model FROM came UNION ALL SELECT 'Manned', model FROM went

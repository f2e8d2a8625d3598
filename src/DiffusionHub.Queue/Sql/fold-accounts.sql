-- What finished jobs took, as against what was charged: the difference goes to their persons' accounts, which also learn how many live jobs
-- are left. Also learns: the cost of this very work, each job weighing a fifth, and the model's speed, a twentieth; not from jobs that took
-- nothing because their result was there already. One process at a time (reap-turn.sql).
WITH taken AS MATERIALIZED (
    DELETE FROM queue.measured RETURNING *
), summed AS MATERIALIZED (
    SELECT lane, owner_id, count(*) AS n, coalesce(sum((device_ms - cost) * charge / cost) FILTER (WHERE cost > 0), 0) AS by
    FROM taken GROUP BY lane, owner_id
), turn AS MATERIALIZED (
    -- In the order in which submit.sql writes them: two that hold some of several accounts each would wait for each other in a circle.
    SELECT s.* FROM summed s JOIN queue.flow f ON f.lane = s.lane AND f.owner_id = s.owner_id ORDER BY f.lane, f.owner_id FOR UPDATE OF f
), account AS (
    UPDATE queue.flow f SET vfinish = f.vfinish + t.by, charged = f.charged + t.by, live = f.live - t.n
    FROM turn t WHERE f.lane = t.lane AND f.owner_id = t.owner_id
), learnt AS (
    INSERT INTO queue.cost AS c (model, task, width, height, steps, device_ms, samples)
    SELECT model, task, width, height, steps, avg(device_ms), count(*) FROM taken WHERE device_ms > 0
    GROUP BY model, task, width, height, steps ORDER BY model, task, width, height, steps
    ON CONFLICT (model, task, width, height, steps) DO UPDATE
    SET device_ms = c.device_ms + (1 - power(0.8, excluded.samples)) * (excluded.device_ms - c.device_ms),
        samples = c.samples + excluded.samples, updated_at = now()
)
INSERT INTO queue.speed AS v (model, ms_per_mstep, samples)
SELECT model, sum(device_ms) * 1e6 / sum(width::double precision * height * steps), count(*) FROM taken
WHERE device_ms > 0 AND width > 0 AND height > 0 AND steps > 0 GROUP BY model ORDER BY model
ON CONFLICT (model) DO UPDATE
SET ms_per_mstep = v.ms_per_mstep + (1 - power(0.95, excluded.samples)) * (excluded.ms_per_mstep - v.ms_per_mstep),
    samples = v.samples + excluded.samples, updated_at = now()

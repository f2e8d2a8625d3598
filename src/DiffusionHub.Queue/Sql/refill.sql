-- Gives the next jobs of one person, lane and model their place, oldest first, until 64 have one. Enqueued stays Enqueued.
-- The account's row is the lock: whoever finds it taken leaves the work to its holder, or to the reaper's next turn.
-- The owner is read from the account even where $2 would do: the planner must not know that it is somebody with many jobs, most of which
-- have no place, for then it would look for the placed ones among everybody's.
-- $1 lane, $2 owner, $3 model
WITH account AS MATERIALIZED (
    SELECT f.lane, f.owner_id, f.vfinish FROM queue.flow f WHERE f.lane = $1 AND f.owner_id = $2 FOR UPDATE SKIP LOCKED
), next AS MATERIALIZED (
    SELECT j.job_id, j.cost FROM queue.job j
    WHERE j.state = 'Enqueued' AND j.vstart IS NULL AND j.lane = $1 AND j.owner_id = (SELECT a.owner_id FROM account a) AND j.model = $3
    ORDER BY j.job_id
    LIMIT 64 - (SELECT count(*) FROM (SELECT FROM queue.job p WHERE p.state = 'Enqueued' AND p.vstart IS NOT NULL
                AND p.owner_id = (SELECT a.owner_id FROM account a) AND p.lane = $1 AND p.model = $3 LIMIT 64) AS placed)
    FOR UPDATE SKIP LOCKED
), charged AS MATERIALIZED (
    SELECT n.job_id, n.cost / coalesce(h.weight, 1) AS charge, sum(n.cost / coalesce(h.weight, 1)) OVER (ORDER BY n.job_id) AS upto
    FROM next n LEFT JOIN queue.share h ON h.owner_id = $2
), moved AS (
    UPDATE queue.flow f
    SET vfinish = greatest(f.vfinish, coalesce(pg_sequence_last_value(l.clock), 0)) + c.total, charged = f.charged + c.total
    FROM queue.lane l, (SELECT max(upto) AS total FROM charged) AS c
    WHERE l.name = f.lane AND f.lane = $1 AND f.owner_id = $2 AND c.total IS NOT NULL
    RETURNING f.vfinish - c.total AS base
)
UPDATE queue.job j SET vstart = m.base + c.upto - c.charge, charge = c.charge
FROM charged c CROSS JOIN moved m
WHERE j.job_id = c.job_id
RETURNING j.job_id

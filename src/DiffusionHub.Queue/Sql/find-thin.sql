-- Every person, lane and model with jobs that have no place, jumping from one to the next on the index.
WITH RECURSIVE flow AS (
    (SELECT j.owner_id, j.lane, j.model FROM queue.job j WHERE j.state = 'Enqueued' AND j.vstart IS NULL
     ORDER BY j.owner_id, j.lane, j.model LIMIT 1)
    UNION ALL
    SELECT n.owner_id, n.lane, n.model FROM flow f CROSS JOIN LATERAL (
        SELECT j.owner_id, j.lane, j.model FROM queue.job j
        WHERE j.state = 'Enqueued' AND j.vstart IS NULL AND (j.owner_id, j.lane, j.model) > (f.owner_id, f.lane, f.model)
        ORDER BY j.owner_id, j.lane, j.model LIMIT 1) AS n
)
SELECT f.lane, f.owner_id, f.model FROM flow f
WHERE 32 > (SELECT count(*) FROM (SELECT FROM queue.job j WHERE j.state = 'Enqueued' AND j.vstart IS NOT NULL
            AND j.owner_id = f.owner_id AND j.lane = f.lane AND j.model = f.model LIMIT 32) AS placed)
LIMIT 1000

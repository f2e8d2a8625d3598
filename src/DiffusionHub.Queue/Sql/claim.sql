-- Enqueued -> Processing: the head of the line that this worker can run and, up to the limit, its batch mates.
-- Two claimers never share a job (row locks, SKIP LOCKED). A worker without a valid lease, or of an older epoch, gets nothing.
-- The lanes are looked at one model of this worker at a time, so what it cannot run, and what waits in a paused lane, is never read. Of a
-- person at the running limit only the placed jobs are, at most 64 a lane and model.
-- Better lanes go first, but a lane from which nothing was taken for its max_wait while its head waited goes before them.
-- A head whose model is not in this worker's memory is left to others for its lane's patience where the lane has a job of a model that is.
-- A retried job neither takes mates nor is one: what broke it cannot break others. The token comes from the sequence.
-- The last column says that the head's person has jobs without a place and few with one: refill.sql is due. One row of nulls: others took
-- what was looked at, look again.
-- The limit comes through subqueries: known to the planner, it would have the statement planned anew each time.
-- $1 worker, $2 epoch, $3 limit
WITH me AS MATERIALIZED (
    SELECT w.models, w.resident FROM queue.worker w
    WHERE w.worker_id = $1 AND w.epoch = $2 AND w.lease_until > now() AND NOT w.draining
), best AS MATERIALIZED (
    SELECT l.name AS lane, l.priority, l.patience, m.model, h.vstart, h.job_id, h.ready_at, m.model = ANY (me.resident) AS resident,
           coalesce(now() - greatest(h.ready_at, to_timestamp(coalesce(pg_sequence_last_value(l.served), 0) / 1000.0))
                    > l.max_wait * interval '1 second', false) AS overdue
    FROM me CROSS JOIN unnest(me.models) AS m (model) CROSS JOIN queue.lane l
    CROSS JOIN LATERAL (
        SELECT j.vstart, j.job_id, j.ready_at FROM queue.job j
        WHERE j.state = 'Enqueued' AND j.vstart IS NOT NULL AND j.lane = l.name AND j.model = m.model
          AND coalesce((SELECT s.running < s.running_limit FROM queue.share s WHERE s.owner_id = j.owner_id), true)
        ORDER BY j.vstart, j.job_id
        LIMIT 1
    ) AS h
    WHERE NOT l.paused
), first AS MATERIALIZED (
    SELECT * FROM best b ORDER BY b.overdue DESC, b.priority, b.lane, b.vstart, b.job_id LIMIT 1
), chosen AS MATERIALIZED (
    SELECT b.lane, b.model, b.vstart, b.job_id FROM best b JOIN first f ON f.lane = b.lane
    WHERE b.job_id = f.job_id OR (b.resident AND NOT f.resident AND f.ready_at > now() - f.patience * interval '1 second')
    ORDER BY b.resident DESC, b.vstart, b.job_id
    LIMIT 1
), head AS MATERIALIZED (
    SELECT j.job_id, j.lane, j.model, j.batch_key, j.attempt, j.owner_id, j.vstart FROM queue.job j
    WHERE j.state = 'Enqueued' AND j.vstart IS NOT NULL
      AND j.lane = (SELECT c.lane FROM chosen c) AND j.model = (SELECT c.model FROM chosen c)
      -- Dead rows before it, which an old snapshot may hold by the thousand, have been waded through once already.
      AND (j.vstart, j.job_id) >= ((SELECT c.vstart FROM chosen c), (SELECT c.job_id FROM chosen c))
      AND coalesce((SELECT s.running < s.running_limit FROM queue.share s WHERE s.owner_id = j.owner_id), true)
    ORDER BY j.vstart, j.job_id
    LIMIT 1
    FOR UPDATE OF j SKIP LOCKED
), mates AS MATERIALIZED (
    SELECT j.job_id, j.owner_id FROM queue.job j
    WHERE j.state = 'Enqueued' AND j.vstart IS NOT NULL AND j.attempt = 0
      AND j.lane = (SELECT h.lane FROM head h)
      AND j.batch_key = (SELECT h.batch_key FROM head h WHERE h.attempt = 0)
      AND (j.vstart, j.job_id) > ((SELECT h.vstart FROM head h), (SELECT h.job_id FROM head h)) AND j.model = (SELECT h.model FROM head h)
      AND coalesce((SELECT s.running < s.running_limit FROM queue.share s WHERE s.owner_id = j.owner_id), true)
    ORDER BY j.vstart, j.job_id
    LIMIT (SELECT $3 - 1)
    FOR UPDATE OF j SKIP LOCKED
), taken AS MATERIALIZED (
    SELECT t.job_id, t.owner_id, row_number() OVER (PARTITION BY t.owner_id ORDER BY t.place) AS nth
    FROM (SELECT h.job_id, h.owner_id, 0::bigint AS place FROM head h
          UNION ALL
          SELECT m.job_id, m.owner_id, row_number() OVER () FROM mates m) AS t
), room AS MATERIALIZED (
    -- Under the row's lock, and of its newest version: two claims at once never run more of a person's jobs than the limit.
    SELECT s.owner_id, s.running_limit - s.running AS free FROM queue.share s
    WHERE s.owner_id = ANY (ARRAY(SELECT t.owner_id FROM taken t)) AND s.running_limit IS NOT NULL
    ORDER BY s.owner_id
    FOR UPDATE OF s
), kept AS MATERIALIZED (
    SELECT t.job_id, r.owner_id AS counted FROM taken t LEFT JOIN room r ON r.owner_id = t.owner_id
    WHERE r.owner_id IS NULL OR t.nth <= r.free
), counted AS (
    UPDATE queue.share s SET running = s.running + k.n
    FROM (SELECT counted, count(*) AS n FROM kept WHERE counted IS NOT NULL GROUP BY counted) AS k
    WHERE s.owner_id = k.counted
), claimed AS (
    UPDATE queue.job j
    SET state = 'Processing', attempt = j.attempt + 1, claim_token = nextval('queue.claim_token'),
        worker_id = $1, worker_epoch = $2, claimed_at = now(), counted = k.counted IS NOT NULL
    FROM kept k WHERE j.job_id = k.job_id
    RETURNING j.*
), ticked AS MATERIALIZED (
    SELECT CASE WHEN h.vstart >= coalesce(pg_sequence_last_value(l.clock), 0) + 1 THEN setval(l.clock, floor(h.vstart)::bigint) END,
           CASE WHEN l.max_wait IS NOT NULL THEN setval(l.served, floor(extract(epoch FROM now()) * 1000)::bigint) END
    FROM head h JOIN kept k ON k.job_id = h.job_id JOIN queue.lane l ON l.name = h.lane
), thin AS MATERIALIZED (
    SELECT h.job_id FROM head h
    WHERE EXISTS (SELECT FROM queue.job b WHERE b.state = 'Enqueued' AND b.vstart IS NULL
                  AND b.owner_id = h.owner_id AND b.lane = h.lane AND b.model = h.model)
      AND 32 + $3 > (SELECT count(*) FROM (SELECT FROM queue.job j WHERE j.state = 'Enqueued' AND j.vstart IS NOT NULL
                     AND j.owner_id = h.owner_id AND j.lane = h.lane AND j.model = h.model LIMIT (SELECT 32 + $3)) AS placed)
)
SELECT c.job_id, c.claim_token, c.owner_id, c.group_id, c.lane, c.model, c.batch_key, c.payload::text, c.attempt, c.max_attempts, c.enqueued_at,
       EXISTS (SELECT FROM thin t WHERE t.job_id = c.job_id), c.vstart, extract(epoch FROM now() - c.ready_at)::float8
FROM claimed c WHERE (SELECT count(*) FROM ticked) >= 0
UNION ALL
SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
WHERE EXISTS (SELECT FROM chosen) AND NOT EXISTS (SELECT FROM kept)
ORDER BY 13, 1

-- The asked jobs, live or ended, in the order asked. The preview comes only where the reader says which seq it has, and has an older one.
-- Places in line: counted for each job where few are asked, in one pass over the line where many are; beyond 2,000 there is none (null),
-- so that reading costs the same however long the line. A job without a place comes after its person's placed ones, in order.
-- $1 jobs, $2 seq known of each (null: no preview wanted)
WITH RECURSIVE asked AS MATERIALIZED (
    SELECT * FROM unnest($1::bigint[], $2::integer[]) WITH ORDINALITY AS a (job_id, known, place)
), waiting AS MATERIALIZED (
    SELECT j.job_id, j.lane, j.owner_id, j.model, l.priority, j.vstart, coalesce(j.vstart, f.vfinish) AS vplace
    FROM asked a JOIN queue.job j ON j.job_id = a.job_id JOIN queue.lane l ON l.name = j.lane
    LEFT JOIN queue.flow f ON j.vstart IS NULL AND f.lane = j.lane AND f.owner_id = j.owner_id
    WHERE j.state = 'Enqueued'
), kind AS (
    (SELECT j.lane, j.model FROM queue.job j WHERE j.state = 'Enqueued' AND j.vstart IS NOT NULL AND EXISTS (SELECT FROM waiting)
     ORDER BY j.lane, j.model LIMIT 1)
    UNION ALL
    SELECT n.lane, n.model FROM kind k CROSS JOIN LATERAL (
        SELECT j.lane, j.model FROM queue.job j
        WHERE j.state = 'Enqueued' AND j.vstart IS NOT NULL AND (j.lane, j.model) > (k.lane, k.model)
        ORDER BY j.lane, j.model LIMIT 1) AS n
), line AS MATERIALIZED (
    SELECT h.job_id, l.priority, h.vstart, row_number() OVER (ORDER BY l.priority, k.lane, h.vstart, h.job_id) AS position
    FROM kind k JOIN queue.lane l ON l.name = k.lane CROSS JOIN LATERAL (
        SELECT j.job_id, j.vstart FROM queue.job j
        WHERE j.state = 'Enqueued' AND j.vstart IS NOT NULL AND j.lane = k.lane AND j.model = k.model
        ORDER BY j.vstart, j.job_id LIMIT 2000) AS h
    WHERE cardinality($1) > 3
), picked AS MATERIALIZED (
    SELECT n.job_id, n.position FROM line n WHERE n.job_id = ANY ($1)
), placed AS (
    SELECT w.job_id, CASE WHEN cardinality($1) > 3 THEN (SELECT n.position FROM picked n WHERE n.job_id = w.job_id) ELSE (
        SELECT 1 + sum(b.n) FROM kind k JOIN queue.lane l ON l.name = k.lane CROSS JOIN LATERAL (
            SELECT count(*) AS n FROM (
                SELECT FROM queue.job j
                WHERE j.state = 'Enqueued' AND j.vstart IS NOT NULL AND j.lane = k.lane AND j.model = k.model
                  AND (j.vstart, j.job_id) < (CASE WHEN l.priority < w.priority THEN 'infinity' ELSE w.vstart END, w.job_id)
                LIMIT 2001) AS few) AS b
        WHERE l.priority < w.priority OR k.lane = w.lane) END AS position
    FROM waiting w WHERE w.vstart IS NOT NULL
), flow AS MATERIALIZED (
    SELECT f.lane, f.owner_id, (
        SELECT coalesce(sum(b.n), 0) FROM kind k JOIN queue.lane l ON l.name = k.lane CROSS JOIN LATERAL (
            SELECT count(*) AS n FROM (
                SELECT FROM queue.job j
                WHERE j.state = 'Enqueued' AND j.vstart IS NOT NULL AND j.lane = k.lane AND j.model = k.model
                  AND j.vstart < CASE WHEN l.priority < f.priority THEN 'infinity' ELSE f.vplace END
                LIMIT 2001) AS few) AS b
        WHERE l.priority < f.priority OR k.lane = f.lane) AS ahead
    FROM (SELECT DISTINCT lane, owner_id, priority, vplace FROM waiting WHERE vstart IS NULL) AS f
), behind AS (
    SELECT b.job_id, f.ahead + row_number() OVER (PARTITION BY f.lane, f.owner_id ORDER BY b.job_id) AS position
    FROM flow f CROSS JOIN LATERAL (
        SELECT j.job_id FROM queue.job j WHERE j.state = 'Enqueued' AND j.vstart IS NULL AND j.owner_id = f.owner_id AND j.lane = f.lane
        ORDER BY j.model, j.job_id LIMIT 2000) AS b
), position AS MATERIALIZED (
    SELECT p.job_id, CASE WHEN p.position <= 2000 THEN p.position::integer END AS position
    FROM (SELECT job_id, position FROM placed UNION ALL SELECT b.job_id, b.position FROM behind b JOIN waiting USING (job_id)) AS p
), found AS (
    SELECT a.place, j.job_id, j.owner_id, j.group_id, j.lane, j.model, j.payload::text AS payload, j.state, j.cancel_requested, n.position,
           p.step, p.steps, coalesce(p.seq, 0) AS seq, CASE WHEN a.known <> p.seq THEN p.preview END AS preview,
           j.errors -> -1 ->> 'error' AS error, j.errors::text AS errors, j.attempt, j.max_attempts, w.name AS worker,
           j.enqueued_at, j.claimed_at, j.run_after, NULL::timestamptz AS finished_at, 0::double precision AS device_ms,
           CASE WHEN j.after_job IS NOT NULL THEN 'OtherJob'
                WHEN j.state = 'Scheduled' AND j.attempt > 0 THEN 'Pause'
                WHEN j.state = 'Scheduled' THEN 'Time'
                WHEN j.state <> 'Enqueued' THEN NULL
                WHEN l.paused THEN 'LanePaused'
                WHEN NOT EXISTS (SELECT FROM queue.worker k WHERE j.model = ANY (k.models) AND k.lease_until > now()) THEN 'NoWorker'
                WHEN s.running >= s.running_limit THEN 'RunningLimit'
                ELSE 'Line' END AS waits_for,
           j.after_job, j.cost
    FROM asked a JOIN queue.job j ON j.job_id = a.job_id
    JOIN queue.lane l ON l.name = j.lane
    LEFT JOIN position n ON n.job_id = j.job_id
    LEFT JOIN queue.progress p ON p.job_id = j.job_id AND p.claim_token = j.claim_token
    LEFT JOIN queue.worker w ON w.worker_id = j.worker_id
    LEFT JOIN queue.share s ON s.owner_id = j.owner_id
    UNION ALL
    SELECT a.place, o.job_id, o.owner_id, o.group_id, o.lane, o.model, o.payload::text, o.state, false,
           NULL, NULL, NULL, 0, NULL, o.error, o.errors::text, o.attempts, NULL, o.worker, o.enqueued_at, o.claimed_at, NULL, o.finished_at, o.device_ms,
           NULL, NULL, o.cost
    FROM asked a JOIN queue.outcome o ON o.job_id = a.job_id
)
SELECT * FROM found ORDER BY place

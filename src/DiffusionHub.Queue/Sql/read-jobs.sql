-- The asked jobs, live or ended, in the order asked. The preview comes only where the reader says which seq it has, and has an older one.
-- Places in line are counted for each job where few are asked, and in one pass over the whole line where many are.
-- $1 jobs, $2 seq known of each (null: no preview wanted)
WITH asked AS MATERIALIZED (
    SELECT * FROM unnest($1::bigint[], $2::integer[]) WITH ORDINALITY AS a (job_id, known, place)
), line AS MATERIALIZED (
    SELECT l.job_id, l.position
    FROM (SELECT e.job_id, row_number() OVER (ORDER BY e.priority, e.vstart, e.job_id)::integer AS position
          FROM queue.job e WHERE e.state = 'Enqueued' AND cardinality($1) > 3) AS l
    WHERE l.job_id = ANY ($1)
), found AS (
    SELECT a.place, j.job_id, j.owner_id, j.group_id, j.lane, j.model, j.payload::text AS payload, j.state, j.cancel_requested,
           CASE WHEN j.state <> 'Enqueued' THEN NULL
                WHEN cardinality($1) > 3 THEN line.position
                ELSE (SELECT count(*)::integer FROM queue.job e
                      WHERE e.state = 'Enqueued' AND (e.priority, e.vstart, e.job_id) <= (j.priority, j.vstart, j.job_id)) END AS position,
           p.step, p.steps, coalesce(p.seq, 0) AS seq, CASE WHEN a.known <> p.seq THEN p.preview END AS preview,
           j.errors -> -1 ->> 'error' AS error, j.errors::text AS errors, j.attempt, j.max_attempts, w.name AS worker,
           j.enqueued_at, j.claimed_at, j.run_after, NULL::timestamptz AS finished_at, 0::double precision AS device_ms
    FROM asked a JOIN queue.job j ON j.job_id = a.job_id
    LEFT JOIN line ON line.job_id = j.job_id
    LEFT JOIN queue.progress p ON p.job_id = j.job_id AND p.claim_token = j.claim_token
    LEFT JOIN queue.worker w ON w.worker_id = j.worker_id
    UNION ALL
    SELECT a.place, o.job_id, o.owner_id, o.group_id, o.lane, o.model, o.payload::text, o.state, false,
           NULL, NULL, NULL, 0, NULL, o.error, o.errors::text, o.attempts, NULL, o.worker, o.enqueued_at, o.claimed_at, NULL, o.finished_at, o.device_ms
    FROM asked a JOIN queue.outcome o ON o.job_id = a.job_id
)
SELECT * FROM found ORDER BY place

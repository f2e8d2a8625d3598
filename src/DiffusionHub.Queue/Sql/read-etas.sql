-- When the asked waiting jobs will start, in milliseconds from now: the costs of what is before each in line and of what runs, of all models
-- that the living workers with its model can run, by the number of these workers. Missing: no such worker lives, its lane is paused, its
-- person runs as many as allowed, or it is not among the first 2,000. A first answer is kept in the job (eta_at), so that its error is known
-- once it starts. Of a job that waits for a time or for its next attempt: until it joins the line; nothing of that is kept.
-- $1 jobs
WITH RECURSIVE waiting AS MATERIALIZED (
    SELECT j.job_id, j.model, j.lane, l.priority, j.vstart, j.owner_id FROM queue.job j JOIN queue.lane l ON l.name = j.lane
    LEFT JOIN queue.share s ON s.owner_id = j.owner_id
    WHERE j.job_id = ANY ($1::bigint[]) AND j.state = 'Enqueued' AND NOT l.paused AND (s.running < s.running_limit) IS NOT FALSE
), able AS MATERIALIZED (
    SELECT m.model, count(DISTINCT w.worker_id) AS workers, array_agg(DISTINCT o.model ORDER BY o.model) AS others
    FROM (SELECT DISTINCT model FROM waiting) AS m
    JOIN queue.worker w ON m.model = ANY (w.models) AND w.lease_until > now() AND NOT w.draining
    CROSS JOIN LATERAL unnest(w.models) AS o (model)
    GROUP BY m.model
), crew AS MATERIALIZED (
    -- Models whose workers can run the same models stand in one line, which is summed up once.
    SELECT row_number() OVER () AS crew, a.others,
           (SELECT coalesce(sum(greatest(0, r.cost - extract(epoch FROM now() - r.claimed_at) * 1000)), 0) FROM queue.job r
            WHERE r.state = 'Processing' AND r.model = ANY (a.others)) AS running
    FROM (SELECT DISTINCT others FROM able) AS a
), line AS MATERIALIZED (
    SELECT c.crew, h.job_id, l.priority, h.vstart,
           h.cost, sum(h.cost) OVER (PARTITION BY c.crew ORDER BY l.priority, l.name, h.vstart, h.job_id) AS upto
    FROM crew c CROSS JOIN LATERAL unnest(c.others) AS o (model) JOIN queue.lane l ON NOT l.paused
    CROSS JOIN LATERAL (
        SELECT j.job_id, j.vstart, j.cost FROM queue.job j
        WHERE j.state = 'Enqueued' AND j.vstart IS NOT NULL AND j.lane = l.name AND j.model = o.model
        ORDER BY j.vstart, j.job_id LIMIT 2000) AS h
), flow AS MATERIALIZED (
    SELECT f.*, (SELECT coalesce(max(i.upto), 0) FROM line i WHERE i.crew = f.crew AND (i.priority, i.vstart) <= (f.priority, f.vfinish)) AS ahead
    FROM (SELECT DISTINCT c.crew, c.others, w.lane, w.owner_id, w.priority, a.vfinish
          FROM waiting w JOIN able b ON b.model = w.model JOIN crew c ON c.others = b.others
          JOIN queue.flow a ON a.lane = w.lane AND a.owner_id = w.owner_id
          WHERE w.vstart IS NULL) AS f
), behind AS MATERIALIZED (
    SELECT f.crew, b.job_id, f.ahead + sum(b.cost) OVER (PARTITION BY f.crew, f.lane, f.owner_id ORDER BY b.job_id) - b.cost AS before
    FROM flow f CROSS JOIN LATERAL (
        SELECT j.job_id, j.cost FROM queue.job j
        WHERE j.state = 'Enqueued' AND j.vstart IS NULL AND j.owner_id = f.owner_id AND j.lane = f.lane AND j.model = ANY (f.others)
        ORDER BY j.model, j.job_id LIMIT 2000) AS b
), before AS MATERIALIZED (
    -- Picked once: joined to the whole line for each job, hundreds of jobs take seconds.
    SELECT n.crew, n.job_id, n.upto - n.cost AS ms FROM line n WHERE n.job_id = ANY ($1::bigint[])
    UNION ALL
    SELECT b.crew, b.job_id, b.before FROM behind b WHERE b.job_id = ANY ($1::bigint[])
), foretold AS MATERIALIZED (
    SELECT w.job_id, (c.running + b.ms) / a.workers AS ms
    FROM waiting w JOIN able a ON a.model = w.model JOIN crew c ON c.others = a.others JOIN before b ON b.crew = c.crew AND b.job_id = w.job_id
), kept AS (
    UPDATE queue.job j SET eta_at = now() + f.ms * interval '1 millisecond'
    FROM foretold f WHERE j.job_id = f.job_id AND j.eta_at IS NULL AND j.state = 'Enqueued'
)
SELECT f.job_id, f.ms FROM foretold f
UNION ALL
SELECT j.job_id, greatest(0, extract(epoch FROM j.run_after - now()) * 1000)::double precision FROM queue.job j
WHERE j.job_id = ANY ($1::bigint[]) AND j.state = 'Scheduled' AND j.after_job IS NULL AND j.run_after IS NOT NULL

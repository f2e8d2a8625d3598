-- Enqueued, Scheduled -> Deleted at once. Processing: only flagged; its worker stops between two steps and ends it, and the fenced finish
-- looks at the flag too, so that nothing of a cancelled job is published.
-- A place that was never used is paid back: the account goes back by its charge, and the person's later jobs move up by it, but not before
-- the lane's clock, where a newcomer would start. Runs under lock-accounts.sql.
-- The array comes through a subquery and a join: a plan made for any array would look through all of it for every row.
-- $1 jobs, $2 owner (null: anyone's), $3 lane, $4 model, $5 state, $6 submitted before (null: any)
WITH asked AS MATERIALIZED (
    SELECT j.job_id, j.state = 'Processing' AS running FROM unnest((SELECT $1::bigint[])) AS a (job_id) JOIN queue.job j ON j.job_id = a.job_id
    WHERE ($2::uuid IS NULL OR j.owner_id = $2) AND ($3::text IS NULL OR j.lane = $3)
      AND ($4::text IS NULL OR j.model = $4) AND ($5::text IS NULL OR j.state = $5) AND ($6::timestamptz IS NULL OR j.enqueued_at < $6)
    ORDER BY j.job_id
    FOR UPDATE OF j
), gone AS (
    DELETE FROM queue.job j USING asked WHERE j.job_id = asked.job_id AND NOT asked.running
    RETURNING j.*
), ended AS (
    INSERT INTO queue.outcome (job_id, lane, owner_id, group_id, model, batch_key, payload, state, errors, attempts, enqueued_at,
                               cost, task, width, height, steps)
    SELECT job_id, lane, owner_id, group_id, model, batch_key, payload, 'Deleted', errors, attempt, enqueued_at,
           cost, task, width, height, steps
    FROM gone
    RETURNING job_id, owner_id
), flagged AS (
    UPDATE queue.job j SET cancel_requested = true FROM asked WHERE j.job_id = asked.job_id AND asked.running
    RETURNING j.job_id
), swept AS (
    DELETE FROM queue.progress p USING gone WHERE p.job_id = gone.job_id
), unused AS MATERIALIZED (
    SELECT job_id, lane, owner_id, vstart, charge FROM gone WHERE attempt = 0 AND charge > 0
), account AS (
    UPDATE queue.flow f SET vfinish = f.vfinish - u.total, charged = f.charged - u.total, live = f.live - u.n
    FROM (SELECT lane, owner_id, coalesce(sum(charge) FILTER (WHERE attempt = 0), 0) AS total, count(*) AS n FROM gone GROUP BY lane, owner_id) AS u
    WHERE f.lane = u.lane AND f.owner_id = u.owner_id
), up AS MATERIALIZED (
    -- By what each placed job of these people moves: the charges of all that were before it, as a running sum, since pairs would be as many as
    -- one times the other. Of equal places neither is before the other. NOT IN is looked up in a hash whatever the planner thinks of its size.
    SELECT m.job_id, m.by FROM (
        SELECT n.job_id, sum(n.charge) OVER (PARTITION BY n.owner_id, n.lane ORDER BY n.vstart, n.job_id IS NULL ROWS UNBOUNDED PRECEDING) AS by
        FROM (SELECT NULL::bigint AS job_id, owner_id, lane, vstart, charge FROM unused
              UNION ALL
              SELECT p.job_id, p.owner_id, p.lane, p.vstart, 0
              FROM (SELECT DISTINCT owner_id, lane FROM unused) AS d
              JOIN queue.job p ON p.owner_id = d.owner_id AND p.lane = d.lane AND p.state = 'Enqueued' AND p.vstart IS NOT NULL
              WHERE p.job_id NOT IN (SELECT a.job_id FROM asked a)) AS n) AS m
    WHERE m.job_id IS NOT NULL AND m.by > 0
), moved AS (
    UPDATE queue.job j SET vstart = least(j.vstart, greatest(j.vstart - up.by, coalesce(pg_sequence_last_value(l.clock), 0)))
    FROM up, queue.lane l
    WHERE j.job_id = up.job_id AND j.state = 'Enqueued' AND l.name = j.lane
), told AS (
    INSERT INTO queue.event (kind, job_id, owner_id) SELECT 'Deleted', job_id, owner_id FROM ended
)
SELECT job_id, false AS running, EXISTS (SELECT FROM queue.job c WHERE c.after_job = ended.job_id) FROM ended
UNION ALL SELECT job_id, true, false FROM flagged

-- Enqueued, Scheduled -> Deleted at once. Processing: only flagged; its worker stops between two steps and ends it, and the fenced finish
-- looks at the flag too, so that nothing of a cancelled job is published.
-- A place that was never used is paid back: the account goes back by its charge, and the person's later jobs move up by it, but not before
-- the lane's clock, where a newcomer would start. Runs under lock-accounts.sql.
-- $1 jobs (null: all), $2 owner (null: anyone's), $3 lane, $4 model, $5 state, $6 submitted before (null: any)
WITH asked AS MATERIALIZED (
    SELECT j.job_id, j.state = 'Processing' AS running FROM queue.job j
    WHERE ($1::bigint[] IS NULL OR j.job_id = ANY ($1)) AND ($2::uuid IS NULL OR j.owner_id = $2) AND ($3::text IS NULL OR j.lane = $3)
      AND ($4::text IS NULL OR j.model = $4) AND ($5::text IS NULL OR j.state = $5) AND ($6::timestamptz IS NULL OR j.enqueued_at < $6)
    ORDER BY j.job_id
    FOR UPDATE
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
    SELECT p.job_id, sum(u.charge) AS by FROM unused u
    JOIN queue.job p ON p.owner_id = u.owner_id AND p.lane = u.lane AND p.state = 'Enqueued' AND p.vstart > u.vstart
    WHERE NOT EXISTS (SELECT FROM asked a WHERE a.job_id = p.job_id)
    GROUP BY p.job_id
), moved AS (
    UPDATE queue.job j SET vstart = least(j.vstart, greatest(j.vstart - up.by, coalesce(pg_sequence_last_value(l.clock), 0)))
    FROM up, queue.lane l
    WHERE j.job_id = up.job_id AND j.state = 'Enqueued' AND l.name = j.lane
), told AS (
    INSERT INTO queue.event (kind, job_id, owner_id) SELECT 'Deleted', job_id, owner_id FROM ended
)
SELECT job_id, false AS running, EXISTS (SELECT FROM queue.job c WHERE c.after_job = ended.job_id) FROM ended
UNION ALL SELECT job_id, true, false FROM flagged

-- Enqueued, Scheduled -> Deleted at once. Processing: only flagged; its worker stops between two steps and ends it, and the fenced finish
-- looks at the flag too, so that nothing of a cancelled job is published.
-- $1 jobs (null: all of the owner), $2 owner (null: anyone's)
WITH asked AS MATERIALIZED (
    SELECT j.job_id, j.state = 'Processing' AS running FROM queue.job j
    WHERE ($1::bigint[] IS NULL OR j.job_id = ANY ($1)) AND ($2::uuid IS NULL OR j.owner_id = $2)
    ORDER BY j.job_id
    FOR UPDATE
), gone AS (
    DELETE FROM queue.job j USING asked WHERE j.job_id = asked.job_id AND NOT asked.running
    RETURNING j.*
), ended AS (
    INSERT INTO queue.outcome (job_id, lane, owner_id, group_id, model, batch_key, payload, state, errors, attempts, enqueued_at)
    SELECT job_id, lane, owner_id, group_id, model, batch_key, payload, 'Deleted', errors, attempt, enqueued_at
    FROM gone
    RETURNING job_id
), flagged AS (
    UPDATE queue.job j SET cancel_requested = true FROM asked WHERE j.job_id = asked.job_id AND asked.running
    RETURNING j.job_id
), swept AS (
    DELETE FROM queue.progress p USING gone WHERE p.job_id = gone.job_id
)
SELECT job_id, false AS running FROM ended UNION ALL SELECT job_id, true FROM flagged

-- Scheduled -> Failed or Deleted, as the job it waits for: that one's pictures will never be there. Repeated until nothing is found, for
-- chains. A job never ran here, and had no place, so no account changes.
-- $1 the error, with {0} where the other job's number goes
WITH lost AS MATERIALIZED (
    SELECT j.job_id, o.state AS fate, replace($1, '{0}', o.job_id::text) AS error
    FROM queue.job j JOIN queue.outcome o ON o.job_id = j.after_job
    WHERE j.after_job IS NOT NULL AND o.state IN ('Failed', 'Deleted')
    ORDER BY j.job_id
    FOR UPDATE OF j SKIP LOCKED
), gone AS (
    DELETE FROM queue.job j USING lost WHERE j.job_id = lost.job_id
    RETURNING j.*, lost.fate, lost.error
), ended AS (
    INSERT INTO queue.outcome (job_id, lane, owner_id, group_id, model, batch_key, payload, state, error, errors, attempts, enqueued_at,
                               cost, task, width, height, steps)
    SELECT job_id, lane, owner_id, group_id, model, batch_key, payload, fate, CASE WHEN fate = 'Failed' THEN error END, errors, attempt, enqueued_at,
           cost, task, width, height, steps
    FROM gone
    RETURNING job_id, owner_id, state
), noted AS (
    INSERT INTO queue.measured (job_id, lane, owner_id, model, task, width, height, steps, cost)
    SELECT job_id, lane, owner_id, model, task, width, height, steps, cost FROM gone
), told AS (
    INSERT INTO queue.event (kind, job_id, owner_id) SELECT state, job_id, owner_id FROM ended
)
SELECT job_id FROM ended

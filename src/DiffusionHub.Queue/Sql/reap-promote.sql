-- Scheduled -> Enqueued when its time has come: a retried job at its old place, a new one behind its person's others (refill.sql).
-- Also what waits for a job that has succeeded: finish.sql does that, unless the one was being submitted while the other ended.
WITH due AS MATERIALIZED (
    SELECT j.job_id FROM queue.job j
    WHERE j.state = 'Scheduled' AND j.run_after <= now() AND j.after_job IS NULL
    FOR UPDATE SKIP LOCKED
), free AS MATERIALIZED (
    SELECT j.job_id FROM queue.job j
    WHERE j.after_job IS NOT NULL AND (j.run_after IS NULL OR j.run_after <= now())
      AND NOT EXISTS (SELECT FROM queue.job p WHERE p.job_id = j.after_job)
      AND EXISTS (SELECT FROM queue.outcome o WHERE o.job_id = j.after_job AND o.state = 'Succeeded')
    FOR UPDATE OF j SKIP LOCKED
)
UPDATE queue.job j SET state = 'Enqueued', run_after = NULL, after_job = NULL, ready_at = now()
FROM (SELECT job_id FROM due UNION ALL SELECT job_id FROM free) AS now_due
WHERE j.job_id = now_due.job_id
RETURNING j.job_id

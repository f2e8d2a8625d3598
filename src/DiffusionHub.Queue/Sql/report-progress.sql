-- The latest step and preview of a job, only while the claim is current. A report without a preview keeps the claim's last one.
-- No row: the claim is no longer this worker's. Also says whether the job is cancelled by now.
-- $1 job, $2 claim token, $3 step, $4 steps, $5 preview
WITH held AS MATERIALIZED (
    SELECT j.job_id, j.claim_token, j.cancel_requested FROM queue.job j WHERE j.job_id = $1 AND j.claim_token = $2
), reported AS (
    INSERT INTO queue.progress AS p (job_id, claim_token, seq, step, steps, preview)
    SELECT held.job_id, held.claim_token, 1, $3, $4, $5 FROM held
    ON CONFLICT (job_id) DO UPDATE
    SET claim_token = excluded.claim_token, seq = p.seq + 1, step = excluded.step, steps = excluded.steps,
        preview = coalesce(excluded.preview, CASE WHEN p.claim_token = excluded.claim_token THEN p.preview END), updated_at = now()
    RETURNING p.seq
)
SELECT cancel_requested FROM held

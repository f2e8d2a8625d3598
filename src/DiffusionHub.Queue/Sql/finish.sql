-- Processing -> Succeeded, or Deleted when it was cancelled meanwhile; any number of one worker's claims. Of each exactly one row moves, or none:
-- then the claim is no longer this worker's (fenced) and nothing of it may be published. The outcome's primary key is the second line of defence.
-- What waited for a job enters the line (refill.sql places it). What it took (nothing, if it was cancelled) is noted for fold-accounts.sql.
-- Returns the ended jobs with their state, whether others waited for one, and whether it made room under a person's running limit.
-- $1 jobs, $2 claim tokens, $3 worker, $4 epoch, $5 device milliseconds
WITH gone AS (
    DELETE FROM queue.job j
    USING unnest($1::bigint[], $2::bigint[], $5::double precision[]) AS f (job_id, claim_token, device_ms), queue.worker w
    WHERE j.job_id = f.job_id AND j.claim_token = f.claim_token AND j.worker_id = $3 AND j.worker_epoch = $4
      AND w.worker_id = $3 AND w.epoch = $4
    RETURNING j.*, w.name AS worker, f.device_ms
), ended AS (
    INSERT INTO queue.outcome (job_id, lane, owner_id, group_id, model, batch_key, payload, state, errors, attempts, worker, claim_token,
                               device_ms, enqueued_at, claimed_at, cost, task, width, height, steps, ready_at, eta_at)
    SELECT job_id, lane, owner_id, group_id, model, batch_key, payload, CASE WHEN cancel_requested THEN 'Deleted' ELSE 'Succeeded' END,
           errors, attempt, worker, claim_token, device_ms, enqueued_at, claimed_at, cost, task, width, height, steps, ready_at, eta_at
    FROM gone
    RETURNING job_id, owner_id, state
), swept AS (
    DELETE FROM queue.progress p USING gone WHERE p.job_id = gone.job_id
), freed AS (
    -- In order, so that two finishes of several persons' jobs never wait for each other.
    UPDATE queue.share s SET running = s.running - l.n
    FROM (SELECT h.owner_id, o.n FROM queue.share h
          JOIN (SELECT owner_id, count(*) AS n FROM gone WHERE counted GROUP BY owner_id) AS o ON o.owner_id = h.owner_id
          ORDER BY h.owner_id FOR UPDATE OF h) AS l
    WHERE s.owner_id = l.owner_id
), noted AS (
    INSERT INTO queue.measured (job_id, lane, owner_id, model, task, width, height, steps, cost, charge, device_ms)
    SELECT job_id, lane, owner_id, model, task, width, height, steps, cost, charge, CASE WHEN cancel_requested THEN NULL ELSE device_ms END FROM gone
), released AS (
    UPDATE queue.job c
    SET after_job = NULL, state = CASE WHEN c.run_after IS NULL THEN 'Enqueued' ELSE 'Scheduled' END, ready_at = now()
    FROM gone WHERE c.after_job = gone.job_id AND NOT gone.cancel_requested
    RETURNING c.job_id
), told AS (
    INSERT INTO queue.event (kind, job_id, owner_id) SELECT state, job_id, owner_id FROM ended
)
SELECT e.job_id, e.state, EXISTS (SELECT FROM queue.job c WHERE c.after_job = e.job_id), g.counted FROM ended e JOIN gone g ON g.job_id = e.job_id

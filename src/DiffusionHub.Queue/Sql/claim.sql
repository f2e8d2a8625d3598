-- Enqueued -> Processing: the head of the line that this worker can run and, up to the limit, its batch mates.
-- Two claimers never share a job (row locks, SKIP LOCKED). A worker without a valid lease, or of an older epoch, gets nothing.
-- A retried job neither takes mates nor is one: what broke it cannot break others. The token comes from the sequence.
-- $1 worker, $2 epoch, $3 limit
WITH me AS MATERIALIZED (
    SELECT w.models FROM queue.worker w
    WHERE w.worker_id = $1 AND w.epoch = $2 AND w.lease_until > now() AND NOT w.draining
), head AS MATERIALIZED (
    SELECT j.job_id, j.batch_key, j.attempt FROM queue.job j
    WHERE j.state = 'Enqueued'
      AND j.model = ANY ((SELECT me.models FROM me)::text[])
      AND j.lane <> ALL (ARRAY(SELECT l.name FROM queue.lane l WHERE l.paused))
    ORDER BY j.priority, j.vstart, j.job_id
    LIMIT 1
    FOR UPDATE SKIP LOCKED
), mates AS MATERIALIZED (
    SELECT j.job_id FROM queue.job j
    WHERE j.state = 'Enqueued' AND j.attempt = 0
      AND j.batch_key = (SELECT h.batch_key FROM head h WHERE h.attempt = 0)
      AND j.job_id <> (SELECT h.job_id FROM head h)
      AND j.model = ANY ((SELECT me.models FROM me)::text[])
      AND j.lane <> ALL (ARRAY(SELECT l.name FROM queue.lane l WHERE l.paused))
    ORDER BY j.priority, j.vstart, j.job_id
    LIMIT $3 - 1
    FOR UPDATE SKIP LOCKED
), claimed AS (
    UPDATE queue.job j
    SET state = 'Processing', attempt = j.attempt + 1, claim_token = nextval('queue.claim_token'),
        worker_id = $1, worker_epoch = $2, claimed_at = now()
    WHERE j.job_id = ANY (ARRAY(SELECT h.job_id FROM head h UNION ALL SELECT m.job_id FROM mates m))
    RETURNING j.*
)
SELECT job_id, claim_token, owner_id, group_id, lane, model, batch_key, payload::text, attempt, max_attempts, enqueued_at
FROM claimed
ORDER BY priority, vstart, job_id

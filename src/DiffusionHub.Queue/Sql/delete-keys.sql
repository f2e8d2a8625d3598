-- Removes idempotency keys from before a time, so many at once; the key of a job that still waits or runs stays.
-- $1 before, $2 how many
DELETE FROM queue.request_key
WHERE (owner_id, key) IN (
    SELECT k.owner_id, k.key FROM queue.request_key k
    WHERE k.created_at < $1::timestamptz AND NOT EXISTS (SELECT FROM queue.job j WHERE j.job_id = k.job_id)
    ORDER BY k.created_at LIMIT $2)

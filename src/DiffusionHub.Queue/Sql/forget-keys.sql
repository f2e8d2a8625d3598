-- Somebody's idempotency keys.
-- $1 owner
DELETE FROM queue.request_key WHERE owner_id = $1

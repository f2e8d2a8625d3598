-- Keeps where a named reader is. Never backwards: of two processes that read under one name the further one counts.
-- $1 name, $2 transaction, $3 event
INSERT INTO queue.cursor AS c (name, xid, event_id) VALUES ($1, $2::bigint::text::xid8, $3)
ON CONFLICT (name) DO UPDATE SET xid = excluded.xid, event_id = excluded.event_id, updated_at = now()
WHERE (excluded.xid, excluded.event_id) > (c.xid, c.event_id)

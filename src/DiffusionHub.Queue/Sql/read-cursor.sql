-- Where a named reader is, or where the log ends now for a new one.
-- $1 name
SELECT c.xid::text::bigint, c.event_id FROM queue.cursor c WHERE c.name = $1
UNION ALL
SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1, 9223372036854775807 WHERE NOT EXISTS (SELECT FROM queue.cursor c WHERE c.name = $1)

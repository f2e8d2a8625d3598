-- Events after a cursor, oldest first, and only of transactions older than every one still in progress: none can appear before them any more.
-- $1 transaction of the cursor, $2 its event, $3 how many
SELECT e.xid::text::bigint, e.event_id, e.at, e.kind, e.job_id, e.owner_id, e.detail
FROM queue.event e
WHERE (e.xid, e.event_id) > ($1::bigint::text::xid8, $2) AND e.xid < pg_snapshot_xmin(pg_current_snapshot())
ORDER BY e.xid, e.event_id
LIMIT $3

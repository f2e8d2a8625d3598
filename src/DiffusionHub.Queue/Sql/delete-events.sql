-- Removes events from before a time, so many at once, in the log's order: only such as every kept cursor has passed, and none that is held back
-- from readers by a transaction in progress.
-- $1 before, $2 how many
WITH slowest AS MATERIALIZED (
    SELECT c.xid, c.event_id FROM queue.cursor c ORDER BY c.xid, c.event_id LIMIT 1
), head AS MATERIALIZED (
    SELECT e.xid, e.event_id, e.at FROM queue.event e
    WHERE e.xid < pg_snapshot_xmin(pg_current_snapshot())
      AND (e.xid, e.event_id) <= (coalesce((SELECT xid FROM slowest), '18446744073709551615'::xid8),
                                  coalesce((SELECT event_id FROM slowest), 9223372036854775807))
    ORDER BY e.xid, e.event_id LIMIT $2
)
DELETE FROM queue.event e USING head h WHERE e.xid = h.xid AND e.event_id = h.event_id AND h.at < $1::timestamptz

-- Cuts one connection of a worker, as a failing network would: in the middle of a statement or transaction where there is one.
-- $1 true: one that listens; false: one that does not
SELECT pg_terminate_backend(a.pid) FROM (
    SELECT s.pid FROM pg_stat_activity s
    WHERE s.application_name = 'hub soak worker' AND (s.query LIKE 'LISTEN%' OR s.query = 'SELECT 1') = $1
    ORDER BY s.state = 'idle', random() LIMIT 1
) AS a

-- What went wrong of late and was put right (an index holds only these events), and what keeps dead rows of queue.job from being cleared.
WITH trouble AS (
    SELECT e.kind, e.at FROM queue.event e WHERE e.kind IN ('Rescued', 'Fenced') AND e.at > now() - interval '1 day'
), oldest AS (
    SELECT extract(epoch FROM now() - a.xact_start)::double precision AS age, a.pid, coalesce(a.application_name, '') AS application, coalesce(a.state, '') AS state
    FROM pg_stat_activity a
    WHERE a.datname = current_database() AND a.pid <> pg_backend_pid() AND (a.backend_xid IS NOT NULL OR a.backend_xmin IS NOT NULL)
      AND a.backend_type = 'client backend' AND a.xact_start IS NOT NULL
    ORDER BY a.xact_start LIMIT 1
)
SELECT t.rescued_hour, t.rescued_day, t.fenced_hour, t.fenced_day, o.age, o.pid, o.application, o.state,
       coalesce(s.n_dead_tup, 0), coalesce(s.n_live_tup, 0), greatest(s.last_autovacuum, s.last_vacuum)
FROM (SELECT count(*) FILTER (WHERE kind = 'Rescued' AND at > now() - interval '1 hour') AS rescued_hour, count(*) FILTER (WHERE kind = 'Rescued') AS rescued_day,
             count(*) FILTER (WHERE kind = 'Fenced' AND at > now() - interval '1 hour') AS fenced_hour, count(*) FILTER (WHERE kind = 'Fenced') AS fenced_day
      FROM trouble) AS t
LEFT JOIN oldest o ON true
LEFT JOIN pg_stat_user_tables s ON s.schemaname = 'queue' AND s.relname = 'job'

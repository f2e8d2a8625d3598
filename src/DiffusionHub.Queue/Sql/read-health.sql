-- What slows the queue down although nothing is wrong with it: the oldest transaction (events wait for it, dead rows cannot go), dead rows,
-- and models that jobs wait for without a worker.
SELECT coalesce((SELECT max(extract(epoch FROM now() - a.xact_start)) FROM pg_stat_activity a
                 WHERE a.datname = current_database() AND a.pid <> pg_backend_pid() AND (a.backend_xid IS NOT NULL OR a.backend_xmin IS NOT NULL)
                   AND a.backend_type = 'client backend'), 0)::double precision,
       (SELECT a.pid FROM pg_stat_activity a
        WHERE a.datname = current_database() AND a.pid <> pg_backend_pid() AND (a.backend_xid IS NOT NULL OR a.backend_xmin IS NOT NULL)
          AND a.backend_type = 'client backend' ORDER BY a.xact_start LIMIT 1),
       coalesce((SELECT sum(t.n_dead_tup) FROM pg_stat_user_tables t WHERE t.schemaname = 'queue' AND t.relname IN ('job', 'flow', 'worker')), 0)::bigint,
       ARRAY(SELECT s.model FROM queue.stranded s ORDER BY s.model)

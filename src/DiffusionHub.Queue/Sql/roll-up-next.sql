-- The oldest hour with outcomes that are not in queue.statistic yet, once it is over for every transaction: an outcome bears the time at which
-- its transaction began. To be run before roll-up-hour.sql and apart from it: what it does not see in progress any more, that one sees whole.
-- No row: nothing to do yet.
-- $1 the latest end of an hour, $2 so many seconds later it counts as over: the server's clock may be set back a little
SELECT h.hour
FROM queue.setting s,
     LATERAL (SELECT date_trunc('hour', min(o.finished_at), 'UTC') AS hour FROM queue.outcome o WHERE o.finished_at >= s.rolled_until) AS h
WHERE h.hour + interval '1 hour' <= least($1::timestamptz, now() - $2::double precision * interval '1 second')
  AND NOT EXISTS (SELECT FROM pg_stat_activity a
                  WHERE a.datname = current_database() AND a.pid <> pg_backend_pid() AND a.backend_type = 'client backend'
                    AND a.xact_start < h.hour + interval '1 hour' + $2 * interval '1 second')

-- Wakes listeners. On a connection and in a transaction of its own, after the commit of what it tells. It waits for no disk:
-- a notification does not outlive a crash anyhow.
-- $1 channels, $2 payloads
WITH quick AS MATERIALIZED (
    SELECT set_config('synchronous_commit', 'off', true)
)
SELECT pg_notify(n.channel, n.payload) FROM quick, unnest($1::text[], $2::text[]) AS n (channel, payload)

-- Wakes listeners. On a connection and in a transaction of its own, after the commit of what it tells.
-- $1 channels, $2 payloads
SELECT pg_notify(n.channel, n.payload) FROM unnest($1::text[], $2::text[]) AS n (channel, payload)

-- How often each invariant of the queue is violated once every job has ended; all zeros is what the soak is for.
-- $1 jobs that submit accepted, $2 jobs that a worker heard as published, $3 their claim tokens
WITH accepted AS MATERIALIZED (SELECT DISTINCT a.job_id FROM unnest($1::bigint[]) AS a (job_id)),
heard AS MATERIALIZED (SELECT * FROM unnest($2::bigint[], $3::bigint[]) AS h (job_id, token)),
gallery AS MATERIALIZED (SELECT p.job_id, split_part(p.blob_key, '/', 2)::bigint AS token FROM hub.picture p),
ends AS MATERIALIZED (
    SELECT e.job_id, count(*) AS n, min(e.kind) AS kind FROM queue.event e WHERE e.kind IN ('Succeeded', 'Failed', 'Deleted') GROUP BY e.job_id
)
SELECT 'lost' AS invariant, count(*) FROM accepted a WHERE NOT EXISTS (SELECT FROM queue.outcome o WHERE o.job_id = a.job_id)
UNION ALL SELECT 'live', count(*) FROM queue.job
UNION ALL SELECT 'unasked', count(*) FROM queue.outcome o WHERE NOT EXISTS (SELECT FROM accepted a WHERE a.job_id = o.job_id)
UNION ALL SELECT 'lapsed', count(*) FROM gallery g LEFT JOIN queue.outcome o ON o.job_id = g.job_id
          WHERE o.state IS DISTINCT FROM 'Succeeded' OR o.claim_token IS DISTINCT FROM g.token
UNION ALL SELECT 'unpublished', count(*) FROM queue.outcome o
          WHERE o.state = 'Succeeded' AND NOT EXISTS (SELECT FROM gallery g WHERE g.job_id = o.job_id)
UNION ALL SELECT 'unkept', count(*) FROM heard h WHERE NOT EXISTS (SELECT FROM gallery g WHERE g.job_id = h.job_id AND g.token = h.token)
UNION ALL SELECT 'events', count(*) FROM queue.outcome o LEFT JOIN ends e ON e.job_id = o.job_id
          WHERE e.n IS DISTINCT FROM 1 OR e.kind IS DISTINCT FROM o.state
UNION ALL SELECT 'errors', count(*) FROM queue.outcome o WHERE o.state = 'Failed' AND jsonb_array_length(o.errors) <> o.attempts
UNION ALL SELECT 'running', count(*) FROM queue.share s WHERE s.running <> 0
UNION ALL SELECT 'accounts', count(*) FROM queue.flow f WHERE f.live <> 0
UNION ALL SELECT 'leftovers', (SELECT count(*) FROM queue.progress) + (SELECT count(*) FROM queue.measured)

-- What happened to the job with the most events: the log's own, the errors of its attempts, the claim that ended it, and its end.
WITH busiest AS (
    SELECT e.job_id FROM queue.event e JOIN queue.outcome o ON o.job_id = e.job_id
    GROUP BY e.job_id, o.state ORDER BY count(*) DESC, o.state DESC, e.job_id LIMIT 1
)
SELECT t.at, t.what FROM (
    SELECT e.at, CASE WHEN e.kind IN ('Succeeded', 'Failed', 'Deleted') THEN 3 ELSE 1 END AS step, e.kind AS what, e.event_id AS place
    FROM queue.event e JOIN busiest b ON b.job_id = e.job_id
    UNION ALL
    SELECT (x.error ->> 'at')::timestamptz, 0, 'Processing, attempt ' || (x.error ->> 'attempt') || ' on ' || (x.error ->> 'worker') || ' ended: ' || (x.error ->> 'error'), x.place
    FROM queue.outcome o JOIN busiest b ON b.job_id = o.job_id CROSS JOIN LATERAL jsonb_array_elements(o.errors) WITH ORDINALITY AS x (error, place)
    UNION ALL
    SELECT o.claimed_at, 2, 'Processing, attempt ' || o.attempts || ' on ' || o.worker || ', claim ' || o.claim_token, 0
    FROM queue.outcome o JOIN busiest b ON b.job_id = o.job_id WHERE o.claimed_at IS NOT NULL
) AS t
ORDER BY t.at, t.step, t.place

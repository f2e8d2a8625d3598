-- One page of queue.outcome in the order of ids: its last id (null: no more), and the uploads that its documents speak of.
-- $1 after this job, $2 how many rows
WITH page AS MATERIALIZED (
    SELECT t.job_id, t.payload::text AS document FROM queue.outcome t WHERE t.job_id > $1 ORDER BY t.job_id LIMIT $2
)
SELECT (SELECT max(p.job_id) FROM page p),
       ARRAY(SELECT DISTINCT m.hit[1] FROM page p, regexp_matches(p.document, 'upload:[0-9a-f]{64}', 'g') AS m (hit) WHERE p.document LIKE '%upload:%')

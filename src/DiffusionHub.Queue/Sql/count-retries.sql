-- How many ended jobs read-retries.sql would find.
-- $1 Failed or Deleted, $2 owner (null: anyone's), $3 lane, $4 model, $5 ended before (null: any)
SELECT now(), count(*) FROM queue.outcome o
WHERE o.state = $1 AND o.state IN ('Failed', 'Deleted') AND ($2::uuid IS NULL OR o.owner_id = $2) AND ($3::text IS NULL OR o.lane = $3)
  AND ($4::text IS NULL OR o.model = $4) AND ($5::timestamptz IS NULL OR o.finished_at < $5)
  AND NOT EXISTS (SELECT FROM queue.request_key k WHERE k.owner_id = o.owner_id AND k.key = 'retry:' || o.job_id)

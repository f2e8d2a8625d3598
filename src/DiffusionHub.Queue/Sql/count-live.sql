-- How many live jobs cancel.sql would take.
-- $1 owner (null: anyone's), $2 lane, $3 model, $4 state, $5 submitted before (null: any)
SELECT now(), count(*) FROM queue.job j
WHERE ($1::uuid IS NULL OR j.owner_id = $1) AND ($2::text IS NULL OR j.lane = $2) AND ($3::text IS NULL OR j.model = $3)
  AND ($4::text IS NULL OR j.state = $4) AND ($5::timestamptz IS NULL OR j.enqueued_at < $5)

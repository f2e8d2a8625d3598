-- Ids of live jobs that a filter matches, the oldest first, so many at once, each with the newest job of now: what comes later is left alone.
-- $1 owner (null: anyone's), $2 lane, $3 model, $4 state, $5 submitted before (null: any), $6 after this job, $7 up to this one (null: any),
-- $8 how many
SELECT j.job_id, (SELECT max(n.job_id) FROM queue.job n) FROM queue.job j
WHERE ($1::uuid IS NULL OR j.owner_id = $1) AND ($2::text IS NULL OR j.lane = $2) AND ($3::text IS NULL OR j.model = $3)
  AND ($4::text IS NULL OR j.state = $4) AND ($5::timestamptz IS NULL OR j.enqueued_at < $5) AND j.job_id > $6 AND ($7::bigint IS NULL OR j.job_id <= $7)
ORDER BY j.job_id LIMIT $8

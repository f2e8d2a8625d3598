-- The accounts of whoever's jobs are to be cancelled, in one order for all, before any job is locked: their places move in one hand at a
-- time, and two who cancel never wait for each other in a circle.
-- $1 jobs, $2 owner (null: anyone's), $3 lane, $4 model, $5 state, $6 submitted before (null: any)
SELECT f.owner_id FROM queue.flow f
WHERE (f.lane, f.owner_id) IN (
    SELECT j.lane, j.owner_id FROM unnest((SELECT $1::bigint[])) AS a (job_id) JOIN queue.job j ON j.job_id = a.job_id
    WHERE ($2::uuid IS NULL OR j.owner_id = $2) AND ($3::text IS NULL OR j.lane = $3)
      AND ($4::text IS NULL OR j.model = $4) AND ($5::text IS NULL OR j.state = $5) AND ($6::timestamptz IS NULL OR j.enqueued_at < $6))
ORDER BY f.lane, f.owner_id
FOR UPDATE

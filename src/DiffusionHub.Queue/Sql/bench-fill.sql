-- Many waiting jobs, as their submits would have left them: of each person the first 64 have a place.
-- $1 how many, $2 lane, $3 model, $4 person (null: one each), $5 batch keys
WITH account AS (
    INSERT INTO queue.flow (lane, owner_id, vfinish, charged) SELECT $2, $4, 64, 64 WHERE $4::uuid IS NOT NULL ON CONFLICT DO NOTHING
)
INSERT INTO queue.job (lane, owner_id, group_id, model, batch_key, payload, cost, vstart, charge)
SELECT $2::text, coalesce($4::uuid, ('00000000-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid), '00000000-0000-4000-8000-000000000000', $3, $3 || n % $5::integer, '{}', 1,
       CASE WHEN $4::uuid IS NULL THEN n WHEN n <= 64 THEN n END, CASE WHEN $4::uuid IS NULL OR n <= 64 THEN 1 END
FROM generate_series(1, $1::integer) AS n

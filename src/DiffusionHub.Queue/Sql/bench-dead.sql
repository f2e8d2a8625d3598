-- Jobs that are about to go: once they are deleted while a snapshot is held, their dead rows lie at the front of the line, where every
-- claim meets them.
-- $1 how many, $2 lane, $3 model
INSERT INTO queue.job (lane, owner_id, group_id, model, batch_key, payload, cost, vstart, charge)
SELECT $2::text, gen_random_uuid(), '00000000-0000-4000-8000-000000000000', $3::text, $3, '{}', 1, n / 1e6, 1 FROM generate_series(1, $1::integer) AS n

-- A worker comes, or comes back after it lost its lease: then under a new epoch, so that its old claims are a stranger's.
-- $1 worker, $2 name, $3 host, $4 process, $5 device, $6 models, $7 lease in seconds
INSERT INTO queue.worker AS w (worker_id, name, host, process_id, device, models, lease_until)
VALUES ($1, $2, $3, $4, $5, $6::text[], now() + $7::double precision * interval '1 second')
ON CONFLICT (worker_id) DO UPDATE
SET epoch = w.epoch + 1, models = excluded.models, resident = '{}', lease_until = excluded.lease_until, heartbeat_at = now()
RETURNING epoch

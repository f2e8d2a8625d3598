-- A worker can run other models than when it registered. Its jobs stay its own.
-- $1 worker, $2 epoch, $3 models
UPDATE queue.worker SET models = $3::text[] WHERE worker_id = $1 AND epoch = $2

-- A worker goes. A job that it still held has no owner from now on: the reaper frees it.
-- $1 worker
DELETE FROM queue.worker WHERE worker_id = $1

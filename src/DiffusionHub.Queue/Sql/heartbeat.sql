-- Renews a worker's lease while its epoch is current; the one regular write of a worker. No row: its jobs were taken away.
-- Also reads what the worker must know even if every notification and answer got lost: whether to drain, which of its jobs are cancelled,
-- and which claims it holds: one that was committed after its worker gave up on the answer would stay Processing as long as that worker lives.
-- $1 worker, $2 epoch, $3 lease in seconds, $4 resident models, $5 memory in bytes, $6 problem
UPDATE queue.worker w
SET lease_until = now() + $3::double precision * interval '1 second', heartbeat_at = now(),
    resident = $4::text[], memory_bytes = $5, problem = $6
WHERE w.worker_id = $1 AND w.epoch = $2
RETURNING w.draining, ARRAY(SELECT j.job_id FROM queue.job j WHERE j.worker_id = $1 AND j.state = 'Processing' AND j.cancel_requested),
          ARRAY(SELECT j.claim_token FROM queue.job j WHERE j.worker_id = $1 AND j.worker_epoch = $2 AND j.state = 'Processing')

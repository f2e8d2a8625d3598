-- Renews a worker's lease while its epoch is current; the one regular statement of a worker, so that many idle ones cost little. No row: its jobs
-- were taken away.
-- Also reads what the worker must know even if every notification and answer got lost: whether to drain, which of its jobs are cancelled,
-- which claims it holds (one that was committed after its worker gave up on the answer would stay Processing as long as that worker lives),
-- whether there is work that it could claim, and whether anything is to be reaped (reap-turn.sql).
-- $1 worker, $2 epoch, $3 lease in seconds, $4 resident models, $5 memory in bytes, $6 problem
UPDATE queue.worker w
SET lease_until = now() + $3::double precision * interval '1 second', heartbeat_at = now(),
    resident = $4::text[], memory_bytes = $5, problem = $6
WHERE w.worker_id = $1 AND w.epoch = $2
RETURNING w.draining, ARRAY(SELECT j.job_id FROM queue.job j WHERE j.worker_id = $1 AND j.state = 'Processing' AND j.cancel_requested),
          ARRAY(SELECT j.claim_token FROM queue.job j WHERE j.worker_id = $1 AND j.worker_epoch = $2 AND j.state = 'Processing'),
          NOT w.draining AND EXISTS (
              SELECT FROM unnest(w.models) AS m (model) CROSS JOIN queue.lane l
              WHERE NOT l.paused AND EXISTS (SELECT FROM queue.job j WHERE j.state = 'Enqueued' AND j.vstart IS NOT NULL AND j.lane = l.name AND j.model = m.model)),
          EXISTS (SELECT FROM queue.worker w WHERE w.lease_until <= now() AND (w.lease_until < now() - interval '1 hour'
                     OR EXISTS (SELECT FROM queue.job j WHERE j.state = 'Processing' AND j.worker_id = w.worker_id AND j.worker_epoch = w.epoch)))
          OR EXISTS (SELECT FROM queue.job j WHERE j.state = 'Processing'
                     AND NOT EXISTS (SELECT FROM queue.worker w WHERE w.worker_id = j.worker_id AND w.epoch = j.worker_epoch))
          OR EXISTS (SELECT FROM queue.job j WHERE j.state = 'Scheduled' AND j.run_after <= now())
          OR EXISTS (SELECT FROM queue.job j WHERE j.after_job IS NOT NULL AND NOT EXISTS (SELECT FROM queue.job p WHERE p.job_id = j.after_job))
          OR EXISTS (SELECT FROM queue.job j WHERE j.state = 'Enqueued' AND j.vstart IS NULL)
          OR EXISTS (SELECT FROM queue.progress p WHERE NOT EXISTS (SELECT FROM queue.job j WHERE j.job_id = p.job_id))
          OR EXISTS (SELECT FROM queue.measured)
          OR EXISTS (SELECT FROM queue.stranded)
          OR EXISTS (SELECT FROM queue.job j WHERE j.state = 'Enqueued' AND j.vstart IS NOT NULL)

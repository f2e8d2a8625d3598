-- Workers whose lease ran out while they held jobs lose them: the epoch rises in the same transaction in which reap-jobs.sql frees the
-- jobs. A heartbeat that comes first keeps the row (the lease is looked at again under the row's lock); one that comes later is refused.
UPDATE queue.worker w
SET epoch = w.epoch + 1
WHERE w.lease_until <= now()
  AND EXISTS (SELECT FROM queue.job j WHERE j.state = 'Processing' AND j.worker_id = w.worker_id AND j.worker_epoch = w.epoch)

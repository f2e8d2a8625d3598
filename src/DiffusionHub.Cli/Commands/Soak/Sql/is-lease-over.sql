-- Whether a worker's lease has been over for a second by the database's clock, or the worker is gone.
-- $1 name
SELECT NOT EXISTS (SELECT FROM queue.worker w WHERE w.name = $1 AND w.lease_until >= now() - interval '1 second')

-- What a person is granted. A new weight counts for jobs that get their place from now on; claims already held stay counted.
-- $1 owner, $2 weight, $3 running limit (null: none), $4 queued limit (null: the queue's)
INSERT INTO queue.share AS s (owner_id, weight, running_limit, queued_limit) VALUES ($1, $2, $3, $4)
ON CONFLICT (owner_id) DO UPDATE SET weight = excluded.weight, running_limit = excluded.running_limit, queued_limit = excluded.queued_limit

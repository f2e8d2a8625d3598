-- The queue holds how many jobs somebody may have waiting and running: their own limit, or their role's. The weight is not touched.
INSERT INTO queue.share AS s (owner_id, running_limit, queued_limit)
SELECT a.id, coalesce(a.running_jobs, r.running_jobs), coalesce(a.waiting_jobs, r.waiting_jobs) FROM people.account a JOIN people.role r ON r.name = a.role
ON CONFLICT (owner_id) DO UPDATE SET running_limit = excluded.running_limit, queued_limit = excluded.queued_limit
WHERE (s.running_limit, s.queued_limit) IS DISTINCT FROM (excluded.running_limit, excluded.queued_limit)

-- What this worker has no more, and what others have not said for so long that they are gone.
-- $1 worker, $2 names, $3 seconds
DELETE FROM hub.model_offer
WHERE (worker_id = $1 AND model <> ALL ($2::text[])) OR (worker_id <> $1 AND seen_at < now() - $3::double precision * interval '1 second')

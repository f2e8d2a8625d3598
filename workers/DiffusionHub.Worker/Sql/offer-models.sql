-- What this worker has; it says so again and again.
-- $1 worker, $2 names
INSERT INTO hub.model_offer (model, worker_id) SELECT name, $1 FROM unnest($2::text[]) AS name
ON CONFLICT (model, worker_id) DO UPDATE SET seen_at = now()

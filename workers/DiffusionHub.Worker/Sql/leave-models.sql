-- A worker goes. What it alone had stays in sight until another worker announces: a hub that restarts keeps its models.
-- $1 worker
DELETE FROM hub.model_offer WHERE worker_id = $1

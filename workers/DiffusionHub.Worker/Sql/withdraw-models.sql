-- What no worker has is out of sight until one has it again.
UPDATE hub.model m SET withdrawn_at = now()
WHERE m.withdrawn_at IS NULL AND NOT EXISTS (SELECT FROM hub.model_offer o WHERE o.model = m.name)

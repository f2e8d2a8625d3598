-- Removes workers that have been dead for an hour; their names stay in the outcomes.
DELETE FROM queue.worker WHERE lease_until < now() - interval '1 hour'

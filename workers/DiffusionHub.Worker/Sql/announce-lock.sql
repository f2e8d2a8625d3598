-- One announcement at a time: two workers that announce at once must not wait for each other's rows.
SELECT pg_advisory_xact_lock(hashtext('hub.model_offer'))

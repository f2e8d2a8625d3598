-- One process at a time reaps; the others go on. Released with the transaction.
SELECT pg_try_advisory_xact_lock(hashtext('DiffusionHub.Queue.Reaper'))

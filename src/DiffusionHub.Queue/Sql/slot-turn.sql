-- One submission of a person's slot at a time; released with the transaction.
-- $1 owner, $2 slot
SELECT pg_advisory_xact_lock(hashtextextended($1::text || $2, 0))

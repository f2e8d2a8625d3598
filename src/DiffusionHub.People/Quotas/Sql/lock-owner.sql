-- One submit of a person at a time: what check-quota.sql counts next is everything that was committed before.
-- $1 owner
SELECT pg_advisory_xact_lock(hashtextextended('people.quota', ('x' || substr(md5($1::uuid::text), 1, 15))::bit(60)::bigint))

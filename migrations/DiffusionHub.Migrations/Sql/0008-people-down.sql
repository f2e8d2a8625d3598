DROP INDEX queue.outcome_owner_finished;
ALTER TABLE hub.model DROP COLUMN roles;
DROP SCHEMA people CASCADE;
DROP INDEX hub.picture_owner_bytes;
ALTER TABLE hub.picture DROP COLUMN shared_at, DROP COLUMN standing, DROP COLUMN standing_reason;

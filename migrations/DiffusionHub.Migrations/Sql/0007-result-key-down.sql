DROP INDEX hub.picture_result_key;
ALTER TABLE hub.picture DROP COLUMN result_key;

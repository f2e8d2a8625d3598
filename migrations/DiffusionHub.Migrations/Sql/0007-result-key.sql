-- What a picture was made from, as one hash (the worker's ResultCache): a job that asks for the same again gets a copy. Null where it may not be used again.
ALTER TABLE hub.picture ADD COLUMN result_key bytea CONSTRAINT picture_result_key_length CHECK (octet_length(result_key) = 32);
CREATE INDEX picture_result_key ON hub.picture (result_key) WHERE result_key IS NOT NULL;

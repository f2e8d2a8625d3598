DROP TABLE hub.model_offer;
DELETE FROM hub.model WHERE kind <> 'model' OR fault IS NOT NULL;
ALTER TABLE hub.model DROP COLUMN kind, DROP COLUMN fault, DROP COLUMN withdrawn_at;

-- Where the published pictures lie.
SELECT p.blob_key FROM hub.picture p

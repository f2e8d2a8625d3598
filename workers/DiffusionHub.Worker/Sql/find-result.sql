-- Published pictures that were made from the same, the newest first: some may have lost their files. The request is compared too, so that no hash is trusted.
-- $1 result key, $2 request
SELECT blob_key, thumbnail_key, bytes, standing, standing_reason FROM hub.picture WHERE result_key = $1 AND request = $2 ORDER BY id DESC LIMIT 3

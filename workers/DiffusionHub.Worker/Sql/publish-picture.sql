-- The gallery row of a finished job; runs inside the queue's fenced finish. picture_job_id_key: a job publishes once.
-- $1 id, $2 owner, $3 job, $4 group, $5 model, $6 prompt, $7 seed, $8 width, $9 height, $10 request, $11 blob, $12 thumbnail, $13 bytes, $14 ms, $15 result key, $16 standing, $17 why
INSERT INTO hub.picture (id, owner_id, job_id, group_id, model, prompt, seed, width, height, request, blob_key, thumbnail_key, bytes, device_milliseconds, result_key, standing, standing_reason)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)

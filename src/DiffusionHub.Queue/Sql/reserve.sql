-- The ids of a submission before its jobs are there, for those that are named by a key or by others of the submission; a known key gives the
-- earlier job's id. Of a key that was committed while this waited for it only its own row tells: so it is updated, to what it was.
-- Keys are written in order, so that two submissions of the same ones never wait for each other.
-- $1 owners, $2 idempotency keys (null: none)
WITH asked AS MATERIALIZED (
    SELECT a.*, nextval('queue.job_job_id_seq') AS job_id
    FROM (SELECT * FROM unnest($1::uuid[], $2::text[]) WITH ORDINALITY AS n (owner_id, key, place) ORDER BY place) AS a
), kept AS (
    INSERT INTO queue.request_key AS k (owner_id, key, job_id)
    SELECT owner_id, key, job_id FROM asked WHERE key IS NOT NULL ORDER BY owner_id, key
    ON CONFLICT (owner_id, key) DO UPDATE SET job_id = k.job_id
    RETURNING owner_id, key, job_id
)
SELECT coalesce(k.job_id, a.job_id), k.job_id IS NULL OR k.job_id = a.job_id
FROM asked a LEFT JOIN kept k ON k.owner_id = a.owner_id AND k.key = a.key
ORDER BY a.place

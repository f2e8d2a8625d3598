-- Refuses what a submit has just queued when it is over its person's or key's quota: the transaction goes, nothing is queued.
-- Waiting jobs are the queue's own limit. Running after the insert, it counts the new jobs too.
-- $1 owner, $2 key (null: none), $3 pictures asked for
WITH day AS (SELECT date_trunc('day', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' AS began),
most AS (
    SELECT coalesce(a.pictures_a_day, r.pictures_a_day) AS pictures, coalesce(a.device_seconds_a_day, r.device_seconds_a_day) AS seconds,
           coalesce(a.storage_bytes, r.storage_bytes) AS bytes
    FROM people.account a JOIN people.role r ON r.name = a.role WHERE a.id = $1
), used AS (
    SELECT (SELECT count(*) FROM queue.job j WHERE j.owner_id = $1)
           + (SELECT count(*) FROM queue.outcome o, day WHERE o.owner_id = $1 AND o.finished_at >= day.began AND o.state = 'Succeeded') AS pictures,
           (SELECT coalesce(sum(o.device_ms), 0) / 1000 FROM queue.outcome o, day WHERE o.owner_id = $1 AND o.finished_at >= day.began) AS seconds,
           (SELECT coalesce(sum(p.bytes), 0) FROM hub.picture p WHERE p.owner_id = $1) AS bytes
), checked AS (
    SELECT CASE
        WHEN used.pictures > most.pictures THEN queue.refuse('quota-pictures', most.pictures::text)
        WHEN used.seconds >= most.seconds THEN queue.refuse('quota-seconds', most.seconds::text)
        WHEN used.bytes >= most.bytes THEN queue.refuse('quota-bytes', most.bytes::text) END
    FROM used CROSS JOIN most
), counted AS (
    INSERT INTO people.api_key_day AS d (key_id, day, pictures)
    SELECT k.id, (now() AT TIME ZONE 'UTC')::date, $3::integer FROM people.api_key k WHERE k.id = $2 AND k.pictures_a_day IS NOT NULL
    ON CONFLICT (key_id, day) DO UPDATE SET pictures = d.pictures + excluded.pictures
    RETURNING CASE WHEN d.pictures > (SELECT k.pictures_a_day FROM people.api_key k WHERE k.id = d.key_id)
                   THEN queue.refuse('quota-key', (SELECT k.pictures_a_day FROM people.api_key k WHERE k.id = d.key_id)::text) END
)
SELECT (SELECT count(*) FROM checked) + (SELECT count(*) FROM counted)

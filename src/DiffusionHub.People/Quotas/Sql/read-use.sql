-- What a person has used of the quota: see check-quota.sql, which counts the same.
-- {0} owner
WITH day AS (SELECT date_trunc('day', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' AS began)
SELECT (SELECT count(*) FROM queue.job j WHERE j.owner_id = {0}) AS "WaitingJobs",
       (SELECT count(*) FROM queue.job j WHERE j.owner_id = {0} AND j.state = 'Processing') AS "RunningJobs",
       (SELECT count(*) FROM queue.job j WHERE j.owner_id = {0})
           + (SELECT count(*) FROM queue.outcome o, day WHERE o.owner_id = {0} AND o.finished_at >= day.began AND o.state = 'Succeeded') AS "PicturesToday",
       (SELECT coalesce(sum(o.device_ms), 0) / 1000 FROM queue.outcome o, day WHERE o.owner_id = {0} AND o.finished_at >= day.began) AS "DeviceSecondsToday",
       (SELECT coalesce(sum(p.bytes), 0)::bigint FROM hub.picture p WHERE p.owner_id = {0}) AS "StorageBytes",
       (SELECT day.began + interval '1 day' FROM day) AS "RenewsAt"

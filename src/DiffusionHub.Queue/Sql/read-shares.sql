-- What people are granted and what they were served lately: device time as a part of all of it, and weight as a part of the weights of those
-- who had any. Whoever asked for nothing is owed nothing. Live jobs come from the accounts, not from counting jobs.
-- $1 lately, in seconds, $2 of the jobs that ended then, at most so many of the newest, $3 at most so many people
WITH lately AS MATERIALIZED (
    SELECT o.owner_id, count(*) AS jobs, sum(o.device_ms) AS device_ms
    FROM (SELECT owner_id, device_ms FROM queue.outcome
          WHERE finished_at > now() - $1::double precision * interval '1 second' ORDER BY finished_at DESC LIMIT $2) AS o
    GROUP BY o.owner_id
), live AS MATERIALIZED (
    SELECT f.owner_id, sum(f.live)::bigint AS jobs FROM queue.flow f WHERE f.live > 0 GROUP BY f.owner_id
), running AS MATERIALIZED (
    SELECT j.owner_id, count(*) AS jobs FROM queue.job j WHERE j.state = 'Processing' GROUP BY j.owner_id
), person AS (
    SELECT owner_id FROM lately
    UNION SELECT owner_id FROM live
    UNION SELECT owner_id FROM queue.share WHERE weight <> 1 OR running_limit IS NOT NULL OR queued_limit IS NOT NULL
), summed AS (
    SELECT p.owner_id, coalesce(s.weight, 1) AS weight, s.running_limit, s.queued_limit, coalesce(v.jobs, 0) AS live, coalesce(r.jobs, 0) AS running,
           coalesce(l.jobs, 0) AS jobs, coalesce(l.device_ms, 0) AS device_ms
    FROM person p LEFT JOIN queue.share s USING (owner_id) LEFT JOIN lately l USING (owner_id) LEFT JOIN live v USING (owner_id)
    LEFT JOIN running r USING (owner_id)
)
SELECT owner_id, weight, running_limit, queued_limit, live, running, jobs, device_ms,
       device_ms / nullif(sum(device_ms) OVER (), 0) AS served,
       CASE WHEN device_ms > 0 THEN weight / sum(weight) FILTER (WHERE device_ms > 0) OVER () END AS due
FROM summed
ORDER BY device_ms DESC, live DESC, owner_id LIMIT $3

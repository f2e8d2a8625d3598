-- How long jobs that ended lately had waited, from ready to claimed: how many, the median and the 99th percentile in milliseconds, a lane each.
-- $1 lately, in seconds, $2 at most so many of the newest jobs
SELECT l.name, count(o.wait), percentile_cont(0.5) WITHIN GROUP (ORDER BY o.wait), percentile_cont(0.99) WITHIN GROUP (ORDER BY o.wait)
FROM queue.lane l LEFT JOIN (
    SELECT lane, greatest(0, extract(epoch FROM claimed_at - coalesce(ready_at, enqueued_at)) * 1000)::double precision AS wait
    FROM queue.outcome
    WHERE finished_at > now() - $1::double precision * interval '1 second' AND claimed_at IS NOT NULL
    ORDER BY finished_at DESC LIMIT $2
) AS o ON o.lane = l.name
GROUP BY l.name, l.priority
ORDER BY l.priority, l.name

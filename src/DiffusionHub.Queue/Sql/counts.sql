-- Every lane with its number of jobs in each state, of all times: what is rolled up, and the outcomes since.
WITH jobs AS (
    SELECT lane, state, count(*) AS n FROM queue.job GROUP BY lane, state
    UNION ALL
    SELECT lane, state, jobs FROM queue.ended
    UNION ALL
    SELECT lane, state, count(*) FROM queue.outcome WHERE finished_at >= (SELECT rolled_until FROM queue.setting) GROUP BY lane, state
)
SELECT l.name, l.paused,
       coalesce(sum(n) FILTER (WHERE state = 'Scheduled'), 0)::bigint, coalesce(sum(n) FILTER (WHERE state = 'Enqueued'), 0)::bigint,
       coalesce(sum(n) FILTER (WHERE state = 'Processing'), 0)::bigint, coalesce(sum(n) FILTER (WHERE state = 'Succeeded'), 0)::bigint,
       coalesce(sum(n) FILTER (WHERE state = 'Failed'), 0)::bigint, coalesce(sum(n) FILTER (WHERE state = 'Deleted'), 0)::bigint
FROM queue.lane l LEFT JOIN jobs ON jobs.lane = l.name
GROUP BY l.name, l.paused, l.priority
ORDER BY l.priority, l.name

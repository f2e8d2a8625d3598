-- Sums the outcomes of one hour, once: of two processes that do it at the same time the second finds the hour taken.
-- Returns the number of outcomes.
-- $1 the hour's beginning
WITH turn AS (
    UPDATE queue.setting s SET rolled_until = $1::timestamptz + interval '1 hour' WHERE s.rolled_until <= $1 RETURNING s.only_row
), summed AS MATERIALIZED (
    SELECT o.lane, o.model, o.state, count(*) AS jobs, sum(o.device_ms) AS device_ms, coalesce(sum(o.wait), 0) AS wait_ms,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY o.wait) AS wait_p50, percentile_cont(0.99) WITHIN GROUP (ORDER BY o.wait) AS wait_p99
    FROM (SELECT lane, model, state, device_ms,
                 CASE WHEN claimed_at IS NOT NULL
                 THEN greatest(0, extract(epoch FROM claimed_at - coalesce(ready_at, enqueued_at)) * 1000)::double precision END AS wait
          FROM queue.outcome WHERE finished_at >= $1 AND finished_at < $1 + interval '1 hour') AS o
    WHERE EXISTS (SELECT FROM turn)
    GROUP BY o.lane, o.model, o.state
), kept AS (
    INSERT INTO queue.statistic (hour, lane, model, state, jobs, device_ms, wait_ms, wait_p50, wait_p99)
    SELECT $1, lane, model, state, jobs, device_ms, wait_ms, wait_p50, wait_p99 FROM summed
), total AS (
    INSERT INTO queue.ended AS e (lane, state, jobs)
    SELECT lane, state, sum(jobs)::bigint FROM summed GROUP BY lane, state ORDER BY lane, state
    ON CONFLICT (lane, state) DO UPDATE SET jobs = e.jobs + excluded.jobs
)
SELECT coalesce(sum(jobs), 0)::bigint FROM summed

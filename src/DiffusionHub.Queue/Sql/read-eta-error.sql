-- How wrong the foretold starts were of late: how many, the median and the 90th percentile of the error in milliseconds, and of the wait.
-- $1 ended within so many seconds
SELECT count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY e.off), percentile_cont(0.9) WITHIN GROUP (ORDER BY e.off),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY e.wait)
FROM (SELECT abs(extract(epoch FROM o.claimed_at - o.eta_at)) * 1000 AS off, extract(epoch FROM o.claimed_at - o.ready_at) * 1000 AS wait
      FROM queue.outcome o
      WHERE o.eta_at IS NOT NULL AND o.claimed_at IS NOT NULL AND o.finished_at > now() - $1::double precision * interval '1 second') AS e

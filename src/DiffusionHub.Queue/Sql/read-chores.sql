-- What every recurring job did last.
SELECT c.name, c.started_at, c.duration_ms, c.amount, c.error, c.node FROM queue.chore c ORDER BY c.name

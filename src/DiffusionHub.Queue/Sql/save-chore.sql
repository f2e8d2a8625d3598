-- Keeps what a recurring job did last.
-- $1 its name, $2 began, $3 took so many milliseconds, $4 amount, $5 error or null, $6 node
INSERT INTO queue.chore AS c (name, started_at, duration_ms, amount, error, node) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (name) DO UPDATE SET started_at = excluded.started_at, duration_ms = excluded.duration_ms, amount = excluded.amount,
    error = excluded.error, node = excluded.node

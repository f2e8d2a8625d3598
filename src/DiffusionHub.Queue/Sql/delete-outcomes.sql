-- Removes outcomes from before a time, the oldest first, so many at once. Their numbers stay: only what is rolled up may go (roll-up-hour.sql).
-- What another job still waits for stays too.
-- $1 before, $2 how many
DELETE FROM queue.outcome
WHERE job_id = ANY (ARRAY(
    SELECT o.job_id FROM queue.outcome o
    WHERE o.finished_at < least($1::timestamptz, (SELECT s.rolled_until FROM queue.setting s))
      AND NOT EXISTS (SELECT FROM queue.job c WHERE c.after_job = o.job_id)
    ORDER BY o.finished_at LIMIT $2))

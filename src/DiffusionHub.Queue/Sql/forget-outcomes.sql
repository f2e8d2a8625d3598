-- Removes somebody's outcomes, so many at once, under the rules of delete-outcomes.sql.
-- $1 owner, $2 how many
DELETE FROM queue.outcome
WHERE job_id = ANY (ARRAY(
    SELECT o.job_id FROM queue.outcome o
    WHERE o.owner_id = $1 AND o.finished_at < (SELECT s.rolled_until FROM queue.setting s)
      AND NOT EXISTS (SELECT FROM queue.job c WHERE c.after_job = o.job_id)
    LIMIT $2))

-- What must stay of somebody's outcomes until it is summed (roll-up-hour.sql) loses its words, so many at once.
-- $1 owner, $2 how many
UPDATE queue.outcome SET payload = '{}', errors = '[]', error = CASE WHEN error IS NULL THEN NULL ELSE '' END
WHERE job_id = ANY (ARRAY(SELECT o.job_id FROM queue.outcome o WHERE o.owner_id = $1 AND o.payload <> '{}' LIMIT $2))

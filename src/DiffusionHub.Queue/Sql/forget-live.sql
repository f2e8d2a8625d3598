-- What somebody asked for in words goes at once; their cancelled jobs that still run end between two steps and need it no more.
-- $1 owner
UPDATE queue.job SET payload = '{}' WHERE owner_id = $1

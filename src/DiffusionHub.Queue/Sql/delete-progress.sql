-- Removes progress from before a time that is of no running claim any more, so many at once.
-- $1 before, $2 how many
DELETE FROM queue.progress
WHERE job_id = ANY (ARRAY(
    SELECT p.job_id FROM queue.progress p
    WHERE p.updated_at < $1::timestamptz
      AND NOT EXISTS (SELECT FROM queue.job j WHERE j.job_id = p.job_id AND j.claim_token = p.claim_token)
    LIMIT $2))

-- What ended jobs need to be queued again, the oldest first, so many at once. The key of a new job names the ended one: one that was
-- queued again already is not found, and where two ask at the same time the key makes one job. The outcomes stay as they are.
-- $1 Failed or Deleted, $2 owner (null: anyone's), $3 lane, $4 model, $5 ended before, $6 after this job, $7 how many
SELECT o.job_id, o.owner_id, o.group_id, o.lane, o.model, o.batch_key, o.payload::text, o.task, o.width, o.height, o.steps, 'retry:' || o.job_id
FROM queue.outcome o
WHERE o.state = $1 AND o.state IN ('Failed', 'Deleted') AND ($2::uuid IS NULL OR o.owner_id = $2) AND ($3::text IS NULL OR o.lane = $3)
  AND ($4::text IS NULL OR o.model = $4) AND o.finished_at < $5::timestamptz AND o.job_id > $6
  AND NOT EXISTS (SELECT FROM queue.request_key k WHERE k.owner_id = o.owner_id AND k.key = 'retry:' || o.job_id)
ORDER BY o.job_id LIMIT $7

-- What a Failed or Deleted job needs to be queued again. The old outcome stays as it is.
-- $1 job
SELECT owner_id, group_id, lane, model, batch_key, payload::text, task, width, height, steps
FROM queue.outcome WHERE job_id = $1 AND state IN ('Failed', 'Deleted')

-- Failed, Deleted -> a new job with the old one's payload, owner and group, at the end of the line. The old outcome stays as it is.
-- $1 job
INSERT INTO queue.job (lane, priority, owner_id, group_id, model, batch_key, payload)
SELECT o.lane, l.priority, o.owner_id, o.group_id, o.model, o.batch_key, o.payload
FROM queue.outcome o JOIN queue.lane l ON l.name = o.lane
WHERE o.job_id = $1 AND o.state IN ('Failed', 'Deleted')
RETURNING job_id

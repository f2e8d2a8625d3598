-- (nothing) -> Enqueued, any number of jobs in one statement; ids come back in the order given.
-- A lane that does not exist has no priority: the NOT NULL of job.priority refuses the whole statement.
-- $1 owners, $2 groups, $3 lanes, $4 models, $5 batch keys, $6 payloads
INSERT INTO queue.job (lane, priority, owner_id, group_id, model, batch_key, payload)
SELECT n.lane, (SELECT l.priority FROM queue.lane l WHERE l.name = n.lane), n.owner_id, n.group_id, n.model, n.batch_key, n.payload::jsonb
FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[])
     WITH ORDINALITY AS n (owner_id, group_id, lane, model, batch_key, payload, place)
ORDER BY n.place
RETURNING job_id

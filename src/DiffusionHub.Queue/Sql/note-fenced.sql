-- Notes that a result was refused because its claim was over; finish.sql wrote nothing then. A claim is noted once, also when it is told twice.
-- $1 job, $2 owner, $3 claim token
INSERT INTO queue.event (kind, job_id, owner_id, detail)
SELECT 'Fenced', $1, $2, $3::text
WHERE NOT EXISTS (SELECT FROM queue.event e WHERE e.kind = 'Fenced' AND e.job_id = $1 AND e.detail = $3::text)

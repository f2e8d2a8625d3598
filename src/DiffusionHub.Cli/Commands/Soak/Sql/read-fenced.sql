-- Refused results as the queue noted them, job and claim as a picture's key begins.
SELECT e.job_id || '/' || e.detail FROM queue.event e WHERE e.kind = 'Fenced'

-- Scheduled -> Enqueued when its pause is over, at its old place.
UPDATE queue.job SET state = 'Enqueued', run_after = NULL
WHERE job_id IN (SELECT j.job_id FROM queue.job j WHERE j.state = 'Scheduled' AND j.run_after <= now() FOR UPDATE SKIP LOCKED)
RETURNING job_id

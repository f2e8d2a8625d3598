-- Removes progress of jobs that have ended: a report that came in after the finish.
DELETE FROM queue.progress p WHERE NOT EXISTS (SELECT FROM queue.job j WHERE j.job_id = p.job_id)

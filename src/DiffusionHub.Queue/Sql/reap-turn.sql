-- One process at a time reaps; the others go on. Released with the transaction. Also says whether there is anything to reap.
SELECT pg_try_advisory_xact_lock(hashtext('DiffusionHub.Queue.Reaper')),
       EXISTS (SELECT FROM queue.worker w WHERE w.lease_until <= now() AND (w.lease_until < now() - interval '1 hour'
               OR EXISTS (SELECT FROM queue.job j WHERE j.state = 'Processing' AND j.worker_id = w.worker_id AND j.worker_epoch = w.epoch)))
    OR EXISTS (SELECT FROM queue.job j WHERE j.state = 'Processing'
               AND NOT EXISTS (SELECT FROM queue.worker w WHERE w.worker_id = j.worker_id AND w.epoch = j.worker_epoch))
    OR EXISTS (SELECT FROM queue.job j WHERE j.state = 'Scheduled' AND j.run_after <= now())
    OR EXISTS (SELECT FROM queue.job j WHERE j.after_job IS NOT NULL AND NOT EXISTS (SELECT FROM queue.job p WHERE p.job_id = j.after_job))
    OR EXISTS (SELECT FROM queue.job j WHERE j.state = 'Enqueued' AND j.vstart IS NULL)
    OR EXISTS (SELECT FROM queue.progress p WHERE NOT EXISTS (SELECT FROM queue.job j WHERE j.job_id = p.job_id))
    OR EXISTS (SELECT FROM queue.measured)
    OR EXISTS (SELECT FROM queue.stranded)
    OR EXISTS (SELECT FROM queue.job j WHERE j.state = 'Enqueued' AND j.vstart IS NOT NULL)

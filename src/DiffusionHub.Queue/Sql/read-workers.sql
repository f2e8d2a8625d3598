-- Every worker with the first job that it runs, and how many it does. Alive is the database's judgement, by its own clock.
SELECT w.worker_id, w.name, w.host, w.process_id, w.device, w.epoch, w.lease_until, w.lease_until > now() AS alive, w.models, w.resident,
       w.memory_bytes, w.draining, w.problem, w.started_at, w.heartbeat_at, j.job_id, p.step, p.steps, coalesce(j.running, 0)
FROM queue.worker w
LEFT JOIN LATERAL (
    SELECT r.job_id, r.claim_token, count(*) OVER ()::integer AS running FROM queue.job r
    WHERE r.worker_id = w.worker_id AND r.worker_epoch = w.epoch AND r.state = 'Processing'
    ORDER BY r.claim_token LIMIT 1
) AS j ON true
LEFT JOIN queue.progress p ON p.job_id = j.job_id AND p.claim_token = j.claim_token
ORDER BY w.name, w.started_at

-- Progress of the asked jobs that differs from what the reader has. A claim that is over shows nothing.
-- $1 jobs, $2 seq known of each (0: none)
SELECT p.job_id, p.seq, p.step, p.steps, p.preview
FROM unnest($1::bigint[], $2::integer[]) AS known (job_id, seq)
JOIN queue.progress p ON p.job_id = known.job_id AND p.seq <> known.seq
JOIN queue.job j ON j.job_id = p.job_id AND j.claim_token = p.claim_token

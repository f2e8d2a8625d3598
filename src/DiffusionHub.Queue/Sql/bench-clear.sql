-- Removes what a measurement left behind: its models are its own.
-- $1 the measurement's models, $2 its owners
WITH jobs AS (
    DELETE FROM queue.job WHERE model = ANY ($1::text[]) RETURNING job_id
), outcomes AS (
    DELETE FROM queue.outcome WHERE model = ANY ($1) RETURNING job_id
), flows AS (
    DELETE FROM queue.flow WHERE owner_id = ANY ($2::uuid[])
), shares AS (
    DELETE FROM queue.share WHERE owner_id = ANY ($2)
), measured AS (
    DELETE FROM queue.measured WHERE model = ANY ($1)
), costs AS (
    DELETE FROM queue.cost WHERE model = ANY ($1)
), stranded AS (
    DELETE FROM queue.stranded WHERE model = ANY ($1)
), statistics AS (
    DELETE FROM queue.statistic WHERE model = ANY ($1) RETURNING lane, state, jobs
), totals AS (
    UPDATE queue.ended e SET jobs = e.jobs - s.jobs
    FROM (SELECT lane, state, sum(jobs)::bigint AS jobs FROM statistics GROUP BY lane, state) AS s
    WHERE e.lane = s.lane AND e.state = s.state
)
DELETE FROM queue.event
WHERE owner_id = ANY ($2) OR detail = ANY ($1) OR job_id IN (SELECT job_id FROM jobs UNION ALL SELECT job_id FROM outcomes)

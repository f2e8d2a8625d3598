-- Ids of one page of jobs, live or ended, newest first. A null filter lets everything pass.
-- $1 state, $2 owner, $3 model, $4 only ids below, $5 limit, $6 only ended ones: queue.job is not read then, $7 lane
SELECT job_id FROM (
    (SELECT j.job_id FROM queue.job j
     WHERE ($1::text IS NULL OR j.state = $1) AND ($2::uuid IS NULL OR j.owner_id = $2) AND ($3::text IS NULL OR j.model = $3) AND ($7::text IS NULL OR j.lane = $7)
       AND ($4::bigint IS NULL OR j.job_id < $4) AND NOT $6::boolean
     ORDER BY j.job_id DESC LIMIT $5)
    UNION ALL
    (SELECT o.job_id FROM queue.outcome o
     WHERE ($1::text IS NULL OR o.state = $1) AND ($2::uuid IS NULL OR o.owner_id = $2) AND ($3::text IS NULL OR o.model = $3) AND ($7::text IS NULL OR o.lane = $7)
       AND ($4::bigint IS NULL OR o.job_id < $4)
     ORDER BY o.job_id DESC LIMIT $5)
) AS page
ORDER BY job_id DESC LIMIT $5

-- (nothing) -> Enqueued, or Scheduled (not before a time, or after another job). Any number of jobs in one statement, all or none; their ids come
-- back in the order given.
-- Fair shares are written here: a job starts at the later of its person's account and the lane's clock, and the account moves on by cost
-- over weight. Only the first 64 of a person, lane and model get a place now; the others follow by refill.sql, in order.
-- What few submissions need, keys and jobs to run after, is looked up before (reserve.sql, find-parents.sql): every part of a statement costs
-- time even where it finds nothing to do.
-- $1 owners, $2 groups, $3 lanes, $4 models, $5 batch keys, $6 payloads, $7 costs in device ms (null: learnt), $8 tasks, $9 widths,
-- $10 heights, $11 steps, $12 not before, $13 after job, $14 slots, $15 most attempts, $16 ids from reserve.sql (null: new ones)
WITH asked AS MATERIALIZED (
    SELECT n.*, l.clock, s.queued_in_all, s.counted, coalesce(h.queued_limit, s.queued_per_owner) AS most,
           CASE WHEN n.not_before > now() THEN n.not_before END AS run_after,
           coalesce(n.cost, c.device_ms, v.ms_per_mstep * nullif(n.width::double precision * n.height * n.steps, 0) / 1e6, 1000) AS price,
           coalesce(h.weight, 1) AS weight
    -- Numbered as they come, before any join.
    FROM (SELECT a.*, coalesce(a.known_id, nextval('queue.job_job_id_seq')) AS job_id
          FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::double precision[], $8::text[], $9::integer[],
                      $10::integer[], $11::integer[], $12::timestamptz[], $13::bigint[], $14::text[], $15::integer[], $16::bigint[])
               WITH ORDINALITY AS a (owner_id, group_id, lane, model, batch_key, payload, cost, task, width, height, steps, not_before, after_job,
                                     slot, max_attempts, known_id, place)) AS n
    CROSS JOIN queue.setting s
    LEFT JOIN queue.lane l ON l.name = n.lane
    LEFT JOIN queue.share h ON h.owner_id = n.owner_id
    LEFT JOIN queue.cost c ON c.model = n.model AND c.task = n.task AND c.width = n.width AND c.height = n.height AND c.steps = n.steps
    LEFT JOIN queue.speed v ON v.model = n.model
    WHERE CASE WHEN l.name IS NULL THEN queue.refuse('lane', n.lane) WHEN l.draining THEN queue.refuse('draining', n.lane)
          WHEN s.refuse_unrunnable AND NOT EXISTS (SELECT FROM queue.worker w WHERE n.model = ANY (w.models)) THEN queue.refuse('model', n.model)
          ELSE true END
), allowed AS MATERIALIZED (
    -- The accounts know at least as many live jobs as there are: only where these would be too many, the jobs are counted. A table of so few
    -- pages cannot hold that many rows: only where it could, they are counted, here or, where there are many, by the reaper each ten seconds
    -- (count-jobs.sql).
    SELECT count(CASE
        WHEN CASE WHEN d.n + (SELECT coalesce(sum(f.live), 0) FROM queue.lane l JOIN queue.flow f ON f.lane = l.name AND f.owner_id = d.owner_id) > d.most
             THEN d.n + (SELECT count(*) FROM (SELECT FROM queue.job j WHERE j.owner_id = d.owner_id LIMIT d.most::bigint + 1) AS live) > d.most END
        THEN queue.refuse('owner', d.most::text)
        WHEN CASE WHEN pg_relation_size('queue.job') / 8192 * 60 + d.in_all > d.queued_in_all
             THEN d.in_all + CASE WHEN d.queued_in_all > 20000 THEN d.counted
                             ELSE (SELECT count(*) FROM (SELECT FROM queue.job LIMIT d.queued_in_all::bigint + 1) AS live) END > d.queued_in_all END
        THEN queue.refuse('all', d.queued_in_all::text) END) AS refused
    FROM (SELECT owner_id, count(*) AS n, min(most) AS most, min(queued_in_all) AS queued_in_all, min(counted) AS counted,
                 cardinality($1::uuid[]) AS in_all
          FROM asked GROUP BY owner_id) AS d
), room AS MATERIALIZED (
    SELECT d.*, CASE WHEN EXISTS (SELECT FROM queue.job b WHERE b.state = 'Enqueued' AND b.vstart IS NULL
                                  AND b.owner_id = d.owner_id AND b.lane = d.lane AND b.model = d.model) THEN 0
                ELSE 64 - (SELECT count(*) FROM (SELECT FROM queue.job j WHERE j.state = 'Enqueued' AND j.vstart IS NOT NULL
                           AND j.owner_id = d.owner_id AND j.lane = d.lane AND j.model = d.model LIMIT 64) AS placed) END AS free
    FROM (SELECT owner_id, lane, model FROM asked WHERE run_after IS NULL AND after_job IS NULL GROUP BY owner_id, lane, model) AS d
    CROSS JOIN allowed
), ranked AS MATERIALIZED (
    SELECT c.*, c.price / c.weight AS charge,
           r.free IS NOT NULL AND row_number() OVER (PARTITION BY c.owner_id, c.lane, c.model, r.free IS NULL ORDER BY c.place) <= r.free AS placed
    FROM asked c
    LEFT JOIN room r ON r.owner_id = c.owner_id AND r.lane = c.lane AND r.model = c.model AND c.run_after IS NULL AND c.after_job IS NULL
), summed AS MATERIALIZED (
    SELECT r.*, coalesce(sum(r.charge) FILTER (WHERE r.placed) OVER flow, 0) AS upto
    FROM ranked r
    WINDOW flow AS (PARTITION BY r.lane, r.owner_id ORDER BY r.place)
), account AS (
    INSERT INTO queue.flow AS f (lane, owner_id, vfinish, charged, live)
    SELECT s.lane, s.owner_id, min(coalesce(pg_sequence_last_value(s.clock), 0)) + max(s.upto), max(s.upto), count(*)
    FROM summed s GROUP BY s.lane, s.owner_id ORDER BY s.lane, s.owner_id
    ON CONFLICT (lane, owner_id) DO UPDATE
    SET vfinish = greatest(f.vfinish, excluded.vfinish - excluded.charged) + excluded.charged, charged = f.charged + excluded.charged,
        live = f.live + excluded.live
    RETURNING lane, owner_id, vfinish
), inserted AS (
    INSERT INTO queue.job (job_id, lane, owner_id, group_id, model, batch_key, payload, state, run_after, after_job, vstart, cost, charge,
                           task, width, height, steps, slot, max_attempts)
    OVERRIDING SYSTEM VALUE
    SELECT s.job_id, s.lane, s.owner_id, s.group_id, s.model, s.batch_key, s.payload::jsonb,
           CASE WHEN s.run_after IS NULL AND s.after_job IS NULL THEN 'Enqueued' ELSE 'Scheduled' END, s.run_after, s.after_job,
           CASE WHEN s.placed THEN a.vfinish - max(s.upto) OVER (PARTITION BY s.lane, s.owner_id) + s.upto - s.charge END,
           s.price, CASE WHEN s.placed THEN s.charge END, s.task, s.width, s.height, s.steps, s.slot, s.max_attempts
    FROM summed s JOIN account a ON a.lane = s.lane AND a.owner_id = s.owner_id
    ORDER BY s.place
    RETURNING job_id, owner_id, state
), told AS (
    INSERT INTO queue.event (kind, job_id, owner_id) SELECT state, job_id, owner_id FROM inserted
)
SELECT job_id FROM summed ORDER BY place

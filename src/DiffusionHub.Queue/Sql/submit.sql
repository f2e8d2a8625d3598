-- (nothing) -> Enqueued, or Scheduled (not before a time, or after another job). Any number of jobs in one statement, all or none; ids come
-- back in the order given, with false where the idempotency key was known and the job is the earlier one.
-- Fair shares are written here: a job starts at the later of its person's account and the lane's clock, and the account moves on by cost
-- over weight. Only the first 64 of a person, lane and model get a place now; the others follow by refill.sql, in order.
-- The arrays come through subqueries so that their length does not tempt the planner to plan anew each time, which costs as much as the rest.
-- $1 owners, $2 groups, $3 lanes, $4 models, $5 batch keys, $6 payloads, $7 costs in device ms (null: learnt), $8 tasks, $9 widths,
-- $10 heights, $11 steps, $12 not before, $13 after job, $14 after the job at this place of the submission (from 1), $15 idempotency keys,
-- $16 slots, $17 most attempts
WITH asked AS MATERIALIZED (
    SELECT n.*, k.job_id AS known
    FROM unnest((SELECT $1::uuid[]), (SELECT $2::uuid[]), (SELECT $3::text[]), (SELECT $4::text[]), (SELECT $5::text[]),
                (SELECT $6::text[]), (SELECT $7::double precision[]), (SELECT $8::text[]), (SELECT $9::integer[]),
                (SELECT $10::integer[]), (SELECT $11::integer[]), (SELECT $12::timestamptz[]), (SELECT $13::bigint[]),
                (SELECT $14::integer[]), (SELECT $15::text[]), (SELECT $16::text[]), (SELECT $17::integer[]))
         WITH ORDINALITY AS n (owner_id, group_id, lane, model, batch_key, payload, cost, task, width, height, steps, not_before, after_job,
                               after_place, key, slot, max_attempts, place)
    LEFT JOIN queue.request_key k ON k.owner_id = n.owner_id AND k.key = n.key
), fresh AS MATERIALIZED (
    SELECT a.*, nextval('queue.job_job_id_seq') AS job_id FROM (SELECT * FROM asked WHERE known IS NULL ORDER BY place) AS a
), parent AS MATERIALIZED (
    SELECT f.place, coalesce(f.after_job, p.job_id, a.known) AS job_id, p.job_id IS NOT NULL AS same
    FROM fresh f LEFT JOIN fresh p ON p.place = f.after_place LEFT JOIN asked a ON a.place = f.after_place
    WHERE f.after_job IS NOT NULL OR f.after_place IS NOT NULL
), refused AS MATERIALIZED (
    SELECT count(r.refused) FROM (
        SELECT CASE WHEN l.name IS NULL THEN queue.refuse('lane', d.lane) WHEN l.draining THEN queue.refuse('draining', d.lane) END AS refused
        FROM (SELECT DISTINCT lane FROM fresh) AS d LEFT JOIN queue.lane l ON l.name = d.lane
        UNION ALL
        SELECT queue.refuse('model', d.model)
        FROM (SELECT DISTINCT model FROM fresh) AS d CROSS JOIN queue.setting s
        WHERE s.refuse_unrunnable AND NOT EXISTS (SELECT FROM queue.worker w WHERE d.model = ANY (w.models))
        UNION ALL
        SELECT queue.refuse('after', p.job_id::text) FROM parent p
        WHERE NOT p.same AND NOT EXISTS (SELECT FROM queue.job j WHERE j.job_id = p.job_id)
          AND NOT EXISTS (SELECT FROM queue.outcome o WHERE o.job_id = p.job_id AND o.state = 'Succeeded')
        UNION ALL
        SELECT queue.refuse('owner', d.most::text)
        FROM (SELECT f.owner_id, count(*) AS n, min(coalesce(h.queued_limit, s.queued_per_owner)) AS most
              FROM fresh f CROSS JOIN queue.setting s LEFT JOIN queue.share h ON h.owner_id = f.owner_id GROUP BY f.owner_id) AS d
        -- The accounts know at least as many as there are: only where these would be too many, the jobs are counted.
        WHERE d.n + (SELECT coalesce(sum(f.live), 0) FROM queue.lane l JOIN queue.flow f ON f.lane = l.name AND f.owner_id = d.owner_id) > d.most
          AND d.n + (SELECT count(*) FROM (SELECT FROM queue.job j WHERE j.owner_id = d.owner_id LIMIT d.most::bigint + 1) AS live) > d.most
        UNION ALL
        -- A table of so few pages cannot hold that many rows: only where it could, they are counted, here or, where there are many, by
        -- the reaper each ten seconds (count-jobs.sql).
        SELECT queue.refuse('all', s.queued_in_all::text)
        FROM queue.setting s CROSS JOIN (SELECT count(*) AS n FROM fresh) AS d
        WHERE pg_relation_size('queue.job') / 8192 * 60 + d.n > s.queued_in_all
          AND d.n + CASE WHEN s.queued_in_all > 20000 THEN s.counted
                    ELSE (SELECT count(*) FROM (SELECT FROM queue.job LIMIT s.queued_in_all::bigint + 1) AS live) END > s.queued_in_all
    ) AS r
), costed AS MATERIALIZED (
    SELECT f.*, coalesce(h.weight, 1) AS weight, l.clock,
           coalesce(f.cost, c.device_ms, v.ms_per_mstep * nullif(f.width::double precision * f.height * f.steps, 0) / 1e6, 1000) AS price,
           CASE WHEN f.not_before > now() THEN f.not_before END AS run_after,
           CASE WHEN p.same OR EXISTS (SELECT FROM queue.job j WHERE j.job_id = p.job_id) THEN p.job_id END AS parent
    FROM fresh f CROSS JOIN refused
    JOIN queue.lane l ON l.name = f.lane
    LEFT JOIN queue.share h ON h.owner_id = f.owner_id
    LEFT JOIN queue.cost c ON c.model = f.model AND c.task = f.task AND c.width = f.width AND c.height = f.height AND c.steps = f.steps
    LEFT JOIN queue.speed v ON v.model = f.model
    LEFT JOIN parent p ON p.place = f.place
), room AS MATERIALIZED (
    SELECT d.*, CASE WHEN EXISTS (SELECT FROM queue.job b WHERE b.state = 'Enqueued' AND b.vstart IS NULL
                                  AND b.owner_id = d.owner_id AND b.lane = d.lane AND b.model = d.model) THEN 0
                ELSE 64 - (SELECT count(*) FROM (SELECT FROM queue.job j WHERE j.state = 'Enqueued' AND j.vstart IS NOT NULL
                           AND j.owner_id = d.owner_id AND j.lane = d.lane AND j.model = d.model LIMIT 64) AS placed) END AS free
    FROM (SELECT DISTINCT owner_id, lane, model FROM costed WHERE run_after IS NULL AND parent IS NULL) AS d
), ranked AS MATERIALIZED (
    SELECT c.*, c.price / c.weight AS charge,
           r.free IS NOT NULL AND row_number() OVER (PARTITION BY c.owner_id, c.lane, c.model, r.free IS NULL ORDER BY c.place) <= r.free AS placed
    FROM costed c
    LEFT JOIN room r ON r.owner_id = c.owner_id AND r.lane = c.lane AND r.model = c.model AND c.run_after IS NULL AND c.parent IS NULL
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
           CASE WHEN s.run_after IS NULL AND s.parent IS NULL THEN 'Enqueued' ELSE 'Scheduled' END, s.run_after, s.parent,
           CASE WHEN s.placed THEN a.vfinish - max(s.upto) OVER (PARTITION BY s.lane, s.owner_id) + s.upto - s.charge END,
           s.price, CASE WHEN s.placed THEN s.charge END, s.task, s.width, s.height, s.steps, s.slot, s.max_attempts
    FROM summed s JOIN account a ON a.lane = s.lane AND a.owner_id = s.owner_id
    ORDER BY s.place
    RETURNING job_id, owner_id, state
), keyed AS (
    INSERT INTO queue.request_key (owner_id, key, job_id) SELECT owner_id, key, job_id FROM fresh WHERE key IS NOT NULL
), told AS (
    INSERT INTO queue.event (kind, job_id, owner_id) SELECT state, job_id, owner_id FROM inserted
)
SELECT coalesce(a.known, f.job_id), a.known IS NULL
FROM asked a LEFT JOIN fresh f ON f.place = a.place
ORDER BY a.place

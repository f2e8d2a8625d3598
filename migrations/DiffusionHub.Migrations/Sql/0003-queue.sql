-- Fair shares, costs, dependencies, events. Owner of the statements that use this: src/DiffusionHub.Queue.

-- Says why a statement is refused: the whole transaction goes, nothing is half written. HQ001 is the queue's own SQLSTATE;
-- the reason is a word that the caller turns into a sentence, the detail is what the sentence is about (clients hide DETAIL from logs).
CREATE FUNCTION queue.refuse(reason text, detail text) RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'HQ001', MESSAGE = reason || ': ' || detail;
END $$;

-- Limits of the whole queue: one row.
CREATE TABLE queue.setting (
    only_row          boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    queued_per_owner  integer NOT NULL DEFAULT 10000 CHECK (queued_per_owner >= 0),   -- live jobs of one person, unless queue.share says otherwise
    queued_in_all     integer NOT NULL DEFAULT 1000000 CHECK (queued_in_all >= 0),
    refuse_unrunnable boolean NOT NULL DEFAULT true,                                   -- a job whose model no known worker has is refused
    counted           bigint NOT NULL DEFAULT 0,                                       -- live jobs when they were last counted (count-jobs.sql)
    counted_at        timestamptz NOT NULL DEFAULT '-infinity'
);
INSERT INTO queue.setting DEFAULT VALUES;

-- clock: the lane's virtual time in milliseconds; served: when a claim last took from it (Unix milliseconds). Both move with nearly every
-- claim, so they are sequences: setval leaves no dead row behind and makes no claim wait for another's commit.
CREATE SEQUENCE queue.clock_interactive MINVALUE 0 START 0;
CREATE SEQUENCE queue.clock_normal MINVALUE 0 START 0;
CREATE SEQUENCE queue.clock_bulk MINVALUE 0 START 0;
CREATE SEQUENCE queue.served_interactive MINVALUE 0 START 0;
CREATE SEQUENCE queue.served_normal MINVALUE 0 START 0;
CREATE SEQUENCE queue.served_bulk MINVALUE 0 START 0;
ALTER TABLE queue.lane
    ADD COLUMN draining boolean NOT NULL DEFAULT false,               -- takes no new jobs, serves those it has
    ADD COLUMN max_wait double precision CHECK (max_wait >= 0),       -- seconds after which it is served although a better lane has work; null: never
    ADD COLUMN patience double precision NOT NULL DEFAULT 5 CHECK (patience >= 0), -- seconds a head waits for a worker that has its model in memory
    ADD COLUMN clock regclass,
    ADD COLUMN served regclass;
UPDATE queue.lane SET clock = ('queue.clock_' || name)::regclass, served = ('queue.served_' || name)::regclass,
    max_wait = CASE name WHEN 'normal' THEN 30 WHEN 'bulk' THEN 120 END, patience = CASE name WHEN 'interactive' THEN 2 WHEN 'bulk' THEN 60 ELSE 10 END;
ALTER TABLE queue.lane ALTER COLUMN clock SET NOT NULL, ALTER COLUMN served SET NOT NULL;

-- What an administrator grants a person; nobody needs a row. running counts the claims held while a limit is set.
CREATE TABLE queue.share (
    owner_id      uuid PRIMARY KEY,
    weight        double precision NOT NULL DEFAULT 1 CHECK (weight > 0 AND weight <= 1000),
    running_limit integer CHECK (running_limit >= 0),
    queued_limit  integer CHECK (queued_limit >= 0),
    running       integer NOT NULL DEFAULT 0 CHECK (running >= 0)
) WITH (fillfactor = 50);

-- The account of one person in one lane, in virtual milliseconds (device milliseconds by weight).
CREATE TABLE queue.flow (
    lane     text NOT NULL REFERENCES queue.lane (name),
    owner_id uuid NOT NULL,
    vfinish  double precision NOT NULL,                   -- where the next job starts, unless the lane's clock is further
    charged  double precision NOT NULL DEFAULT 0,         -- all that was ever charged
    live     bigint NOT NULL DEFAULT 0,                   -- live jobs, and those that ended within the last second
    PRIMARY KEY (lane, owner_id)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 200);

DROP INDEX queue.job_line, queue.job_mates;
ALTER TABLE queue.job
    DROP COLUMN priority,
    -- Submit refuses unknown lanes by itself and lanes are never deleted; the key's share lock on one row by every submit cost more than it gave.
    DROP CONSTRAINT job_lane_fkey;
ALTER TABLE queue.job
    -- Null: not yet placed. Only the first few jobs of a person, lane and model have a place, so that a claim wades through no more than
    -- these where the person may run nothing, and moving a person's jobs up touches no more than these.
    ALTER COLUMN vstart DROP NOT NULL,
    ALTER COLUMN vstart DROP DEFAULT,
    ADD COLUMN cost       double precision NOT NULL DEFAULT 1000, -- estimated device milliseconds
    ADD COLUMN charge     double precision,                       -- virtual milliseconds paid for the place: cost by weight
    ADD COLUMN task       text NOT NULL DEFAULT '',
    ADD COLUMN width      integer NOT NULL DEFAULT 0,
    ADD COLUMN height     integer NOT NULL DEFAULT 0,
    ADD COLUMN steps      integer NOT NULL DEFAULT 0,
    ADD COLUMN ready_at   timestamptz NOT NULL DEFAULT now(),     -- waits since: submitted, or no longer Scheduled
    ADD COLUMN counted    boolean NOT NULL DEFAULT false,         -- its claim is in share.running
    ADD COLUMN after_job  bigint,                                 -- runs once that job has succeeded
    ADD COLUMN slot       text,                                   -- a person's waiting job of one slot is replaced by the next (live lane)
    ADD COLUMN eta_at     timestamptz;                            -- when its start was first foretold to someone
UPDATE queue.job SET charge = 0;
INSERT INTO queue.flow (lane, owner_id, vfinish, live) SELECT lane, owner_id, 0, count(*) FROM queue.job GROUP BY lane, owner_id;
ALTER TABLE queue.job
    DROP CONSTRAINT job_scheduled,
    ADD CONSTRAINT job_scheduled CHECK ((state = 'Scheduled') = (run_after IS NOT NULL OR after_job IS NOT NULL)),
    ADD CONSTRAINT job_place CHECK ((vstart IS NULL) = (charge IS NULL) AND (state <> 'Processing' OR vstart IS NOT NULL)),
    ADD CONSTRAINT job_cost CHECK (cost >= 0 AND cost <= 1e12 AND charge >= 0),
    ADD CONSTRAINT job_counted CHECK (NOT counted OR state = 'Processing');

-- The line: what a claim reads, one lane and model at a time.
CREATE INDEX job_line ON queue.job (lane, model, vstart, job_id) WHERE state = 'Enqueued' AND vstart IS NOT NULL;
-- Batch mates of a head. Retried jobs run alone, so they are not in it.
CREATE INDEX job_mates ON queue.job (lane, batch_key, vstart, job_id) WHERE state = 'Enqueued' AND vstart IS NOT NULL AND attempt = 0;
-- A person's placed jobs: how many there are, and which move up.
CREATE INDEX job_placed ON queue.job (owner_id, lane, model, vstart) WHERE state = 'Enqueued' AND vstart IS NOT NULL;
-- A person's jobs that have no place yet, oldest first.
CREATE INDEX job_behind ON queue.job (owner_id, lane, model, job_id) WHERE state = 'Enqueued' AND vstart IS NULL;
CREATE INDEX job_after ON queue.job (after_job) WHERE after_job IS NOT NULL;
CREATE INDEX job_slot ON queue.job (owner_id, slot) WHERE slot IS NOT NULL AND state <> 'Processing';

ALTER TABLE queue.outcome
    ADD COLUMN cost     double precision NOT NULL DEFAULT 0,
    ADD COLUMN task     text NOT NULL DEFAULT '',
    ADD COLUMN width    integer NOT NULL DEFAULT 0,
    ADD COLUMN height   integer NOT NULL DEFAULT 0,
    ADD COLUMN steps    integer NOT NULL DEFAULT 0,
    ADD COLUMN ready_at timestamptz,
    ADD COLUMN eta_at   timestamptz;
-- How wrong the foretold starts were, newest first.
CREATE INDEX outcome_foretold ON queue.outcome (finished_at) INCLUDE (eta_at, claimed_at, ready_at) WHERE eta_at IS NOT NULL AND claimed_at IS NOT NULL;

-- A submission that may be sent twice: the second time finds the job of the first.
CREATE TABLE queue.request_key (
    owner_id   uuid NOT NULL,
    key        text NOT NULL CHECK (length(key) <= 200),
    job_id     bigint NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (owner_id, key)
);
CREATE INDEX request_key_age ON queue.request_key (created_at);

-- Jobs that ended and what they took, written by the end and folded into accounts and costs once a second, so that finishes never wait for each other.
CREATE TABLE queue.measured (
    job_id    bigint PRIMARY KEY,
    lane      text NOT NULL,
    owner_id  uuid NOT NULL,
    model     text NOT NULL,
    task      text NOT NULL,
    width     integer NOT NULL,
    height    integer NOT NULL,
    steps     integer NOT NULL,
    cost      double precision NOT NULL,
    charge    double precision,
    device_ms double precision                            -- null: it ended without success
);

-- Learnt costs, exponentially weighted: of exactly this work, and of a model's megapixel-step for work not seen before.
CREATE TABLE queue.cost (
    model      text NOT NULL,
    task       text NOT NULL,
    width      integer NOT NULL,
    height     integer NOT NULL,
    steps      integer NOT NULL,
    device_ms  double precision NOT NULL CHECK (device_ms >= 0),
    samples    bigint NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (model, task, width, height, steps)
) WITH (fillfactor = 70);
CREATE TABLE queue.speed (
    model        text PRIMARY KEY,
    ms_per_mstep double precision NOT NULL CHECK (ms_per_mstep >= 0),
    samples      bigint NOT NULL,
    updated_at   timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 70);

-- Models that jobs wait for while no living worker has them.
CREATE TABLE queue.stranded (
    model text PRIMARY KEY,
    since timestamptz NOT NULL DEFAULT now()
);

-- What happened, for those who must not miss anything. Read in the order of (xid, event_id) and only up to the oldest transaction in
-- progress: whatever commits later has a larger xid, so a cursor never skips an event.
CREATE TABLE queue.event (
    xid      xid8 NOT NULL DEFAULT pg_current_xact_id(),
    event_id bigint GENERATED ALWAYS AS IDENTITY,
    at       timestamptz NOT NULL DEFAULT now(),
    kind     text NOT NULL,
    job_id   bigint,
    owner_id uuid,
    detail   text,
    PRIMARY KEY (xid, event_id)
);
CREATE TABLE queue.cursor (
    name       text PRIMARY KEY,
    xid        xid8 NOT NULL,
    event_id   bigint NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now()
);

-- Autovacuum leaves so small a table alone, and the planner would think of hundreds of lanes.
ANALYZE queue.lane;

-- The job queue. Owner of the statements that use it: src/DiffusionHub.Queue.
CREATE SCHEMA queue;

-- Claim tokens come from here and never from a counter in a row: a token is never handed out twice, even after a rollback.
CREATE SEQUENCE queue.claim_token;

-- Lanes a job can wait in. Claims never look at a paused one.
CREATE TABLE queue.lane (
    name     text PRIMARY KEY,
    priority smallint NOT NULL,          -- smaller is served first
    paused   boolean NOT NULL DEFAULT false
);
INSERT INTO queue.lane (name, priority) VALUES ('interactive', 0), ('normal', 10), ('bulk', 20);

-- One row a worker process. Whoever takes its jobs away after its lease ran out raises the epoch in the same transaction,
-- so that a frozen worker that wakes up is a stranger, while one that only lost the database for a while goes on.
CREATE TABLE queue.worker (
    worker_id    uuid PRIMARY KEY,
    name         text NOT NULL,
    host         text NOT NULL,
    process_id   integer NOT NULL,
    device       text NOT NULL,
    epoch        bigint NOT NULL DEFAULT 1,
    lease_until  timestamptz NOT NULL,
    models       text[] NOT NULL,          -- can run
    resident     text[] NOT NULL DEFAULT '{}', -- has in memory
    memory_bytes bigint NOT NULL DEFAULT 0,
    draining     boolean NOT NULL DEFAULT false,
    problem      text,                     -- why it does not claim at the moment, or null
    started_at   timestamptz NOT NULL DEFAULT now(),
    heartbeat_at timestamptz NOT NULL DEFAULT now()
);

-- Live jobs only: a row leaves when its job ends, so the table stays small and hot.
CREATE TABLE queue.job (
    job_id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    lane             text NOT NULL REFERENCES queue.lane (name),
    priority         smallint NOT NULL,
    vstart           double precision NOT NULL DEFAULT 0, -- place in line within a priority; fair shares will set it
    owner_id         uuid NOT NULL,
    group_id         uuid NOT NULL,                       -- pictures asked for together
    model            text NOT NULL,
    batch_key        text NOT NULL,                       -- jobs of one key can run as one batch
    payload          jsonb NOT NULL,
    state            text NOT NULL DEFAULT 'Enqueued',
    run_after        timestamptz,
    attempt          smallint NOT NULL DEFAULT 0,         -- attempts begun
    max_attempts     smallint NOT NULL DEFAULT 3,
    errors           jsonb NOT NULL DEFAULT '[]',         -- one entry a failed attempt
    cancel_requested boolean NOT NULL DEFAULT false,
    claim_token      bigint,
    worker_id        uuid,
    worker_epoch     bigint,
    enqueued_at      timestamptz NOT NULL DEFAULT now(),
    claimed_at       timestamptz,
    CONSTRAINT job_state CHECK (state IN ('Scheduled', 'Enqueued', 'Processing')),
    CONSTRAINT job_scheduled CHECK ((state = 'Scheduled') = (run_after IS NOT NULL)),
    CONSTRAINT job_claimed CHECK ((state = 'Processing') = (claim_token IS NOT NULL AND worker_id IS NOT NULL
                                  AND worker_epoch IS NOT NULL AND claimed_at IS NOT NULL)),
    CONSTRAINT job_unclaimed CHECK (state = 'Processing' OR (claim_token IS NULL AND worker_id IS NULL AND worker_epoch IS NULL
                                    AND claimed_at IS NULL)),
    CONSTRAINT job_cancel CHECK (NOT cancel_requested OR state = 'Processing'),
    CONSTRAINT job_attempts CHECK (attempt BETWEEN 0 AND max_attempts AND max_attempts >= 1),
    CONSTRAINT job_payload CHECK (octet_length(payload::text) <= 262144)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 500);

CREATE INDEX job_line ON queue.job (priority, vstart, job_id) WHERE state = 'Enqueued';
-- Batch mates of a head. Retried jobs run alone, so they are not in it.
CREATE INDEX job_mates ON queue.job (batch_key, priority, vstart, job_id) WHERE state = 'Enqueued' AND attempt = 0;
CREATE INDEX job_processing ON queue.job (worker_id) WHERE state = 'Processing';
CREATE INDEX job_scheduled_due ON queue.job (run_after) WHERE state = 'Scheduled';
CREATE INDEX job_owner ON queue.job (owner_id, job_id);

-- One row an ended job, for good: the primary key makes a second result impossible.
CREATE TABLE queue.outcome (
    job_id      bigint PRIMARY KEY,
    lane        text NOT NULL,
    owner_id    uuid NOT NULL,
    group_id    uuid NOT NULL,
    model       text NOT NULL,
    batch_key   text NOT NULL,                            -- what a retry needs to be the same job again
    payload     jsonb NOT NULL,
    state       text NOT NULL,
    error       text,
    errors      jsonb NOT NULL DEFAULT '[]',
    attempts    smallint NOT NULL,
    worker      text,                                     -- name, kept after the worker's row is gone
    claim_token bigint,                                   -- the claim that ended it: a finish whose answer got lost finds itself here
    device_ms   double precision NOT NULL DEFAULT 0,
    enqueued_at timestamptz NOT NULL,
    claimed_at  timestamptz,
    finished_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT outcome_state CHECK (state IN ('Succeeded', 'Failed', 'Deleted')),
    CONSTRAINT outcome_error CHECK ((state = 'Failed') = (error IS NOT NULL))
);
CREATE INDEX outcome_owner ON queue.outcome (owner_id, job_id DESC);
CREATE INDEX outcome_state ON queue.outcome (state, job_id DESC) INCLUDE (lane);

-- The forming picture: latest wins, worthless after a crash, so it is not logged.
CREATE UNLOGGED TABLE queue.progress (
    job_id      bigint PRIMARY KEY,
    claim_token bigint NOT NULL,
    seq         integer NOT NULL,                         -- grows with every report of the job
    step        smallint NOT NULL,
    steps       smallint NOT NULL,
    preview     bytea,                                    -- WebP
    updated_at  timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 50);

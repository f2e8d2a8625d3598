-- Statistics that outlive the outcomes, and what recurring jobs did last. Owner of the statements that use this: src/DiffusionHub.Queue.

-- Jobs that ended in one hour. Written once the hour is over for every transaction (roll-up-hour.sql), kept for good.
CREATE TABLE queue.statistic (
    hour      timestamptz NOT NULL,
    lane      text NOT NULL,
    model     text NOT NULL,
    state     text NOT NULL,
    jobs      bigint NOT NULL,
    device_ms double precision NOT NULL,                  -- all of them together
    wait_ms   double precision NOT NULL,                  -- from ready to claimed, all of them together
    wait_p50  double precision,                           -- milliseconds; null: none was ever claimed
    wait_p99  double precision,
    PRIMARY KEY (hour, lane, model, state)
);

-- The same of all hours, so that the queue page's counts read a few rows.
CREATE TABLE queue.ended (
    lane  text NOT NULL,
    state text NOT NULL,
    jobs  bigint NOT NULL,
    PRIMARY KEY (lane, state)
);

-- Outcomes that finished before this are in queue.statistic and queue.ended; only these may be removed.
ALTER TABLE queue.setting ADD COLUMN rolled_until timestamptz NOT NULL DEFAULT '-infinity';

-- Hours to roll up, and outcomes old enough to go. With the lane and the state, the counts of the last hours need no heap.
CREATE INDEX outcome_finished ON queue.outcome (finished_at) INCLUDE (lane, state);

-- What each recurring job did last.
CREATE TABLE queue.chore (
    name        text PRIMARY KEY,
    started_at  timestamptz NOT NULL,
    duration_ms double precision NOT NULL,
    amount      bigint NOT NULL,                          -- what it removed, wrote or found
    error       text,                                     -- null: it went well
    node        text NOT NULL
) WITH (fillfactor = 50);

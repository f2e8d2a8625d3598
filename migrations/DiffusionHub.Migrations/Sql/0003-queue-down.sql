DROP TABLE queue.cursor, queue.event, queue.stranded, queue.speed, queue.cost, queue.measured, queue.request_key, queue.flow, queue.share, queue.setting;
-- What waits for another job has no state any more without dependencies.
DELETE FROM queue.job WHERE after_job IS NOT NULL AND run_after IS NULL;
DROP INDEX queue.job_line, queue.job_mates, queue.job_placed, queue.job_behind, queue.job_after, queue.job_slot, queue.outcome_foretold;
ALTER TABLE queue.outcome DROP COLUMN cost, DROP COLUMN task, DROP COLUMN width, DROP COLUMN height, DROP COLUMN steps, DROP COLUMN ready_at, DROP COLUMN eta_at;
ALTER TABLE queue.job
    DROP CONSTRAINT job_scheduled, DROP CONSTRAINT job_place, DROP CONSTRAINT job_cost, DROP CONSTRAINT job_counted,
    DROP COLUMN cost, DROP COLUMN charge, DROP COLUMN task, DROP COLUMN width, DROP COLUMN height, DROP COLUMN steps, DROP COLUMN ready_at,
    DROP COLUMN counted, DROP COLUMN after_job, DROP COLUMN slot, DROP COLUMN eta_at,
    ADD CONSTRAINT job_scheduled CHECK ((state = 'Scheduled') = (run_after IS NOT NULL)),
    ADD COLUMN priority smallint,
    ADD CONSTRAINT job_lane_fkey FOREIGN KEY (lane) REFERENCES queue.lane (name);
UPDATE queue.job j SET vstart = coalesce(j.vstart, 1e300), priority = l.priority FROM queue.lane l WHERE l.name = j.lane;
ALTER TABLE queue.job ALTER COLUMN priority SET NOT NULL, ALTER COLUMN vstart SET DEFAULT 0, ALTER COLUMN vstart SET NOT NULL;
CREATE INDEX job_line ON queue.job (priority, vstart, job_id) WHERE state = 'Enqueued';
CREATE INDEX job_mates ON queue.job (batch_key, priority, vstart, job_id) WHERE state = 'Enqueued' AND attempt = 0;
ALTER TABLE queue.lane DROP COLUMN draining, DROP COLUMN max_wait, DROP COLUMN patience, DROP COLUMN clock, DROP COLUMN served;
DROP SEQUENCE queue.clock_interactive, queue.clock_normal, queue.clock_bulk, queue.served_interactive, queue.served_normal, queue.served_bulk;
DROP FUNCTION queue.refuse(text, text);

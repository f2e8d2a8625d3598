DROP TABLE queue.chore, queue.ended, queue.statistic;
DROP INDEX queue.outcome_finished;
ALTER TABLE queue.setting DROP COLUMN rolled_until;

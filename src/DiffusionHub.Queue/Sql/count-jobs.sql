-- Counts the live jobs for submit.sql, where there may be too many to count them with each submit.
UPDATE queue.setting SET counted = (SELECT count(*) FROM queue.job), counted_at = now()
WHERE queued_in_all > 20000 AND counted_at < now() - interval '10 seconds'
  AND (counted > 0 OR pg_relation_size('queue.job') / 8192 * 60 > queued_in_all)

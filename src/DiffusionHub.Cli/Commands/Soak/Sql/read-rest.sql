-- What is still to be done: jobs that live, ended ones that are not folded into the accounts yet, progress to be swept; and how many have ended.
SELECT (SELECT count(*) FROM queue.job), (SELECT count(*) FROM queue.measured) + (SELECT count(*) FROM queue.progress),
       (SELECT count(*) FROM queue.outcome)

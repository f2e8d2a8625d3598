-- How the jobs ended, and how many were taken from dead workers on the way.
SELECT count(*) FILTER (WHERE o.state = 'Succeeded'), count(*) FILTER (WHERE o.state = 'Failed'), count(*) FILTER (WHERE o.state = 'Deleted'),
       (SELECT count(*) FROM queue.event e WHERE e.kind = 'Rescued')
FROM queue.outcome o

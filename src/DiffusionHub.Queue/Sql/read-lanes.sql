-- How every lane is served.
SELECT l.name, l.paused, l.draining, l.max_wait, l.patience FROM queue.lane l ORDER BY l.priority, l.name

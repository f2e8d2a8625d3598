-- Models that jobs wait for while no living worker has them (find-stranded.sql keeps the table).
SELECT s.model, s.since FROM queue.stranded s ORDER BY s.since, s.model

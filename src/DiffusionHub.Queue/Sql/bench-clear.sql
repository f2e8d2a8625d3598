-- Removes what a measurement left behind.
-- $1 the measurement's model, $2 its owner
WITH jobs AS (
    DELETE FROM queue.job WHERE model = $1 AND owner_id = $2
)
DELETE FROM queue.outcome WHERE model = $1 AND owner_id = $2

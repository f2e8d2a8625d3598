-- Removes what a measurement left behind.
-- $1 the measurement's models, $2 its owners
WITH jobs AS (
    DELETE FROM queue.job WHERE model = ANY ($1::text[]) AND owner_id = ANY ($2::uuid[])
), outcomes AS (
    DELETE FROM queue.outcome WHERE model = ANY ($1) AND owner_id = ANY ($2)
), flows AS (
    DELETE FROM queue.flow WHERE owner_id = ANY ($2)
), shares AS (
    DELETE FROM queue.share WHERE owner_id = ANY ($2)
), measured AS (
    DELETE FROM queue.measured WHERE model = ANY ($1)
), costs AS (
    DELETE FROM queue.cost WHERE model = ANY ($1)
), stranded AS (
    DELETE FROM queue.stranded WHERE model = ANY ($1)
)
DELETE FROM queue.event WHERE owner_id = ANY ($2) OR detail = ANY ($1)

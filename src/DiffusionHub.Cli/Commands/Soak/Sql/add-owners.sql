-- The persons whose jobs the soak submits.
-- $1 their ids
INSERT INTO hub."user" (id, name) SELECT o, 'Soak ' || o FROM unnest($1::uuid[]) AS o

-- How a lane is served. Null leaves a value as it is.
-- $1 lane, $2 paused: claims never look at it, what runs goes on, $3 draining: takes no new jobs, $4 maximum wait in seconds (0: none),
-- $5 patience in seconds
UPDATE queue.lane
SET paused = coalesce($2::boolean, paused), draining = coalesce($3::boolean, draining),
    max_wait = CASE WHEN $4::double precision IS NULL THEN max_wait ELSE nullif($4, 0) END, patience = coalesce($5::double precision, patience)
WHERE name = $1
RETURNING name

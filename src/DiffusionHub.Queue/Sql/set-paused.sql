-- Pauses or resumes a lane: claims never look at a paused one; what runs already goes on.
-- $1 lane, $2 paused
UPDATE queue.lane SET paused = $2 WHERE name = $1 RETURNING name

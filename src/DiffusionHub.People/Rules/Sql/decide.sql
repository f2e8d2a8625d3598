-- What a moderator decided of a picture that waits, in one statement with the end of its complaints: two moderators cannot both decide.
-- {0} picture, {1} moderator, {2} standing, empty: as it is, a held one fine; {3} reason, or empty; {4} whether own pictures may be decided. Gives whether it was decided.
WITH waiting AS (
    SELECT p.id, p.standing, p.standing_reason FROM hub.picture p
    WHERE p.id = {0} AND ({4} OR p.owner_id <> {1})
      AND (p.standing = 'held' OR (p.standing <> 'removed' AND p.shared_at IS NOT NULL AND EXISTS (SELECT FROM people.report r WHERE r.picture_id = p.id AND r.closed_at IS NULL)))
    FOR UPDATE
), decided AS (
    UPDATE hub.picture p SET
        standing = coalesce(nullif({2}, ''), CASE w.standing WHEN 'held' THEN 'fine' ELSE w.standing END),
        standing_reason = CASE WHEN {2} <> '' THEN nullif({3}, '') WHEN w.standing = 'held' THEN NULL ELSE w.standing_reason END
    FROM waiting w WHERE p.id = w.id RETURNING p.id
), closed AS (
    UPDATE people.report r SET closed_at = now(), closed_by = {1} FROM decided d WHERE r.picture_id = d.id AND r.closed_at IS NULL
)
SELECT EXISTS (SELECT FROM decided) AS "Value"

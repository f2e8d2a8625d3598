-- Whether a picture waits for a moderator: the same as find-waiting.sql. {0} picture
SELECT EXISTS (SELECT FROM hub.picture p
    WHERE p.id = {0} AND (p.standing = 'held' OR (p.standing <> 'removed' AND p.shared_at IS NOT NULL AND EXISTS (SELECT FROM people.report r WHERE r.picture_id = p.id AND r.closed_at IS NULL)))) AS "Value"

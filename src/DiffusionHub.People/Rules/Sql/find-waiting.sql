-- Pictures that wait for a moderator, oldest first: held ones, and those with open complaints, unless they are gone from everybody's eyes.
-- {0} only pictures after this one, or the lowest id there is; {1} how many
SELECT p.id AS "Value" FROM hub.picture p
WHERE p.id > {0} AND (p.standing = 'held' OR (p.standing <> 'removed' AND p.shared_at IS NOT NULL AND EXISTS (SELECT FROM people.report r WHERE r.picture_id = p.id AND r.closed_at IS NULL)))
ORDER BY p.id LIMIT {1}

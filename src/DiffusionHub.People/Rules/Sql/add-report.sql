-- A complaint about a picture that is shared and seen. One open complaint of one person about one picture: another one changes nothing (report_open_key).
-- {0} id, {1} picture, {2} reporter, {3} reason. Gives whether there is such a picture.
WITH seen AS (
    SELECT p.id FROM hub.picture p WHERE p.id = {1} AND p.owner_id <> {2} AND p.shared_at IS NOT NULL AND p.standing IN ('fine', 'blurred')
), added AS (
    INSERT INTO people.report (id, picture_id, reporter_id, reason) SELECT {0}, seen.id, {2}, {3} FROM seen ON CONFLICT DO NOTHING
)
SELECT EXISTS (SELECT FROM seen) AS "Value"

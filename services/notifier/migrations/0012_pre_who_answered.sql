-- Whose answer it was: somebody else's counts for what that person was asked, and one page may stand for both tracks.
CREATE OR REPLACE VIEW answered AS
SELECT page.id, page.case_id, said.person
FROM notifications AS page
JOIN acknowledgements AS said ON said.case_id = page.case_id AND said.state IN ('pending', 'told')
JOIN notifications AS reply ON reply.id = said.notification_id
WHERE (said.person = page.recipient
       AND ((said.round >= page.round AND page.need <> 'own') OR said.at >= page.created_at))
   OR (reply.track = page.track AND reply.need = 'any' AND said.round >= page.round AND page.need <> 'own');

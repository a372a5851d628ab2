-- An offer ("will you take it over?") is answered by its one recipient, after it was made: an answer to another page of the
-- same case, by them or by others, says nothing about it.
CREATE OR REPLACE VIEW answered AS
SELECT page.id, page.case_id
FROM notifications AS page
JOIN acknowledgements AS said ON said.case_id = page.case_id AND said.state IN ('pending', 'told')
JOIN notifications AS reply ON reply.id = said.notification_id
WHERE (said.person = page.recipient
       AND ((said.round >= page.round AND page.need <> 'own') OR said.at >= page.created_at))
   OR (reply.track = page.track AND reply.need = 'any' AND said.round >= page.round AND page.need <> 'own');

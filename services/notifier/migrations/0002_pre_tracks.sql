-- Pages know what they ask for, whose place they take, and from when on they may go out.
ALTER TABLE notifications
    ADD COLUMN track text NOT NULL DEFAULT 'handling',
    ADD COLUMN need text NOT NULL DEFAULT 'any',        -- any | all: whose answer the level needs
    ADD COLUMN instead_of text NOT NULL DEFAULT '',     -- the person who was asked and cannot be reached
    ADD COLUMN not_before timestamptz,
    ADD COLUMN closing text NOT NULL DEFAULT 'taken';   -- what the message is changed to, when closing_at is due

-- Pages that need no answer any more, as far as people have told us and intake has not refused: who has answered is
-- not asked again, and neither are the others of the same track where one answer is enough.
CREATE VIEW answered AS
SELECT page.id, page.case_id
FROM notifications AS page
JOIN acknowledgements AS said ON said.case_id = page.case_id AND said.state IN ('pending', 'told')
JOIN notifications AS reply ON reply.id = said.notification_id
WHERE (said.person = page.recipient AND (said.round >= page.round OR said.at >= page.created_at))
   OR (reply.track = page.track AND reply.need = 'any' AND said.round >= page.round);

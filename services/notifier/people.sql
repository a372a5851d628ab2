-- name: add_code
INSERT INTO codes (id, person, address, hash, made_at) VALUES ($1, $2, $3, $4, $5);

-- name: forget_codes
DELETE FROM codes WHERE made_at < $1;

-- name: newest_code
-- The code of an address that counts: only the newest does.
SELECT id, address, hash, made_at, tries FROM codes WHERE person = $1 AND address = $2 ORDER BY made_at DESC LIMIT 1;

-- name: guess_code
UPDATE codes SET tries = tries + 1 WHERE id = $1;

-- name: drop_code
DELETE FROM codes WHERE id = $1;

-- name: trials_since
-- When one person was sent messages that prove addresses.
SELECT created_at FROM notifications WHERE recipient = $1 AND purpose = 'test' AND created_at > $2;

-- name: trial
-- One message that proves an address, with its attempts.
SELECT n.*, (
    SELECT coalesce(json_agg(a ORDER BY a.attempt), '[]') FROM attempts AS a WHERE a.notification_id = n.id
) AS made
FROM notifications AS n WHERE n.id = $1 AND n.recipient = $2 AND n.purpose = 'test';

-- name: call_the_roll
-- One process a day gets its row.
INSERT INTO roll_calls (day, missing, called_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING day;

-- name: roll_called
SELECT EXISTS (SELECT FROM roll_calls WHERE day = $1);

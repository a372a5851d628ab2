-- name: steps_of
SELECT id, text, by_name AS by, at, done_by, done_at FROM steps WHERE case_id = $1 ORDER BY place;

-- name: steps_counted
SELECT count(*) FROM steps WHERE case_id = $1;

-- name: add_step
INSERT INTO steps (id, case_id, text, by_name, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING RETURNING id;

-- name: tick_step
UPDATE steps SET done_by = $3, done_at = $4 WHERE id = $1 AND case_id = $2 AND done_at IS NULL RETURNING text;

-- name: untick_step
UPDATE steps SET done_by = '', done_at = NULL WHERE id = $1 AND case_id = $2 AND done_at IS NOT NULL RETURNING text;

-- name: remove_step
DELETE FROM steps WHERE id = $1 AND case_id = $2 AND done_at IS NULL RETURNING text;

-- name: is_step
SELECT true FROM steps WHERE id = $1 AND case_id = $2;

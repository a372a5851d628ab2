-- name: newest_text_number
-- Whether there is anything newer; asked every second.
SELECT coalesce(max(version), 0) FROM texts;

-- name: texts_in_force
-- The newest change of each text.
SELECT DISTINCT ON (language, name)
    version, language, name, body, changed_by, changed_by_id, why, changed_at, restores, broken
FROM texts ORDER BY language, name, version DESC;

-- name: text_in_force
-- The newest change of one text.
SELECT version, language, name, body, changed_by, changed_by_id, why, changed_at, restores, broken
FROM texts WHERE language = $1 AND name = $2 ORDER BY version DESC LIMIT 1;

-- name: text_version
-- One change of one text.
SELECT version, language, name, body, changed_by, changed_by_id, why, changed_at, restores, broken
FROM texts WHERE language = $1 AND name = $2 AND version = $3;

-- name: text_history
-- One page of the changes of a text, the newest first, each with what stood there before.
SELECT version, language, name, body, changed_by, changed_by_id, why, changed_at, restores, broken, before
FROM (SELECT *, lag(body) OVER (ORDER BY version) AS before FROM texts WHERE language = $1 AND name = $2) AS changes
WHERE version < $3 ORDER BY version DESC LIMIT $4;

-- name: lock_texts
-- One change at a time, so that numbers are seen in their order.
LOCK TABLE texts IN EXCLUSIVE MODE;

-- name: add_text
-- Puts the next change into force and gives its number.
INSERT INTO texts (version, language, name, body, changed_by, changed_by_id, why, changed_at, restores)
SELECT coalesce(max(version), 0) + 1, $1, $2, $3, $4, $5, $6, $7, $8 FROM texts
RETURNING version, language, name, body, changed_by, changed_by_id, why, changed_at, restores, broken;

-- name: mark_text_broken
-- Says what was wrong when it was to be sent; the first finding stays.
UPDATE texts SET broken = $4
WHERE language = $1 AND name = $2 AND broken = ''
  AND version = (SELECT max(version) FROM texts WHERE language = $1 AND name = $2) AND body = $3;

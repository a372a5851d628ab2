-- name: attachments_of
SELECT id, kind, size, internal, by_kind, by_id, by_name, at, sealed_name FROM attachments WHERE case_id = $1 ORDER BY place;

-- name: attachment
SELECT id, kind, size, internal, by_kind, by_id, by_name, at, sealed_name FROM attachments WHERE id = $1 AND case_id = $2;

-- name: bytes_of
SELECT sealed FROM attachments WHERE id = $1 AND case_id = $2;

-- name: room
-- What a case has.
SELECT count(*) AS number, coalesce(sum(size), 0) AS size FROM attachments WHERE case_id = $1;

-- name: everywhere
-- What all cases have together, with the mails that are set aside and may become or answer one.
SELECT (SELECT coalesce(sum(size), 0) FROM attachments) + (SELECT coalesce(sum(octet_length(rest)), 0) FROM quarantine);

-- name: attach
INSERT INTO attachments (id, case_id, kind, size, internal, by_kind, by_id, by_name, at, sealed_name, sealed)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);

-- name: detach
DELETE FROM attachments WHERE id = $1 AND case_id = $2 RETURNING internal;

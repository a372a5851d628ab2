-- name: related
-- The cases that one has to do with, the newest relation first.
SELECT CASE WHEN one = $1 THEN other ELSE one END AS id, by_name, at FROM relations WHERE one = $1 OR other = $1 ORDER BY at DESC, id;

-- name: lock_relations
-- Whoever would relate one of these cases waits, so that none gets more relations than it may have.
SELECT pg_advisory_xact_lock(hashtextextended(id, 7)) FROM unnest($1::text[]) AS id ORDER BY id;

-- name: relations_counted
SELECT coalesce(max(many), 0) FROM (
    SELECT count(*) AS many FROM unnest($1::text[]) AS id JOIN relations ON one = id OR other = id GROUP BY id) AS each;

-- name: relate
INSERT INTO relations (one, other, by_id, by_name, at) VALUES (least($1::text, $2::text), greatest($1::text, $2::text), $3, $4, $5)
ON CONFLICT DO NOTHING RETURNING at;

-- name: unrelate
DELETE FROM relations WHERE one = least($1::text, $2::text) AND other = greatest($1::text, $2::text) RETURNING at;

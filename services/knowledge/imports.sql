-- name: add
-- A file that is to come in.
INSERT INTO imports (id, format, dry_run, publish, by_whom, created_at, state) VALUES ($1, $2, $3, $4, $5, $6, 'open');

-- name: open
-- Whether parts may be put yet; nobody else puts one, or starts, until the transaction ends.
SELECT id FROM imports WHERE id = $1 AND state = 'open' FOR UPDATE;

-- name: size_of_others
-- How many bytes the other parts have.
SELECT coalesce(sum(octet_length(body)), 0) FROM import_parts WHERE import_id = $1 AND number <> $2;

-- name: put_part
-- A part of it; sent again it replaces itself.
INSERT INTO import_parts (import_id, number, body) VALUES ($1, $2, $3)
ON CONFLICT (import_id, number) DO UPDATE SET body = excluded.body;

-- name: start
-- All parts are there.
UPDATE imports SET state = 'running' WHERE id = $1 AND state = 'open';

-- name: one
-- How far it has gone.
SELECT * FROM imports WHERE id = $1;

-- name: waiting
SELECT EXISTS (SELECT FROM imports WHERE state = 'running');

-- name: next
-- The oldest file that is to be taken in, kept from other processes until the transaction ends.
SELECT * FROM imports WHERE state = 'running' ORDER BY created_at LIMIT 1 FOR UPDATE SKIP LOCKED;

-- name: attempt
-- It is begun, once more.
UPDATE imports SET attempts = attempts + 1 WHERE id = $1;

-- name: stay
-- A transaction that asks nothing for long is ended, and what it has locked goes to others.
SELECT 1;

-- name: body
-- The whole file.
SELECT string_agg(body, ''::bytea ORDER BY number) FROM import_parts WHERE import_id = $1;

-- name: go_on
-- How far it has gone by now; it did not kill who took it in.
UPDATE imports SET attempts = 0, seen = $2, total = $3, added = $4, changed = $5, same = $6, bad_rows = $7, bad = $8, state = $9,
    unpublished = $10
WHERE id = $1;

-- name: drop_parts
-- The file is not needed any more.
DELETE FROM import_parts WHERE import_id = $1;

-- name: said
-- What a file said last of these articles.
SELECT article_id, said FROM imported WHERE article_id = ANY($1);

-- name: keep_said
-- What a file says of an article now.
INSERT INTO imported (article_id, said) VALUES ($1, $2) ON CONFLICT (article_id) DO UPDATE SET said = excluded.said;

-- name: adopt_parts
-- What was tried is to be taken in: the parts go over to another import, so that nothing is taken in twice.
WITH given AS (
    UPDATE import_parts SET import_id = $2 WHERE import_id = $1
    AND EXISTS (SELECT FROM imports WHERE id = $1 AND dry_run AND state = 'done') RETURNING number
) SELECT count(*) > 0 FROM given;

-- name: prune_tried
-- Forgets the files that were tried and not taken in.
DELETE FROM import_parts USING imports WHERE imports.id = import_id AND dry_run AND state = 'done' AND created_at < $1;

-- name: prune
-- Forgets what was never started.
DELETE FROM imports WHERE created_at < $1;

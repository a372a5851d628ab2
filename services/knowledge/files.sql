-- name: of_version
-- The files of one version of an article, the first one first.
SELECT article_files.*, article_file_bytes.id IS NULL AS gone
FROM article_files LEFT JOIN article_file_bytes USING (id)
WHERE article_id = $1 AND since <= $2 AND (until IS NULL OR until > $2) ORDER BY at, place;

-- name: of_live
-- The files of what readers see of these articles; no bytes of those that are gone.
SELECT article_files.*, false AS gone
FROM articles JOIN article_files ON article_id = articles.id AND since <= live AND (until IS NULL OR until > live)
JOIN article_file_bytes ON article_file_bytes.id = article_files.id
WHERE articles.id = ANY($1) ORDER BY article_files.at, place;

-- name: known
-- Whether an article has a file of this id now; null where it never had one.
SELECT bool_or(until IS NULL) FROM article_files WHERE article_id = $1 AND id = $2;

-- name: kept
-- What an article has in all of its versions.
SELECT count(*) AS files, coalesce(sum(size), 0) AS size FROM article_file_bytes
WHERE id IN (SELECT id FROM article_files WHERE article_id = $1);

-- name: everywhere
-- What all articles have together.
SELECT coalesce(sum(size), 0) FROM article_file_bytes;

-- name: add
-- A file of an article from a version on.
INSERT INTO article_files (article_id, id, since, name, kind, size, public, by_whom, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: keep
-- What stands in it.
INSERT INTO article_file_bytes (id, size, body) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING;

-- name: close
-- From this version on it is no file of the article.
UPDATE article_files SET until = $3 WHERE article_id = $1 AND id = $2 AND until IS NULL;

-- name: go_on
-- What was closed at this version goes on from there, for readers outside too or no more.
INSERT INTO article_files (article_id, id, since, name, kind, size, public, by_whom, at)
SELECT article_id, id, until, name, kind, size, $4::boolean, by_whom, at FROM article_files
WHERE article_id = $1 AND id = $2 AND until = $3;

-- name: take_over
-- What an article ($1) has in a version ($3) another ($2) has from one of its own ($4) on; public as far as $5.
INSERT INTO article_files (article_id, id, since, name, kind, size, public, by_whom, at)
SELECT $2::text, theirs.id, $4::integer, name, kind, theirs.size, public AND $5, by_whom, at
FROM article_files AS theirs JOIN article_file_bytes ON article_file_bytes.id = theirs.id
WHERE article_id = $1 AND since <= $3 AND (until IS NULL OR until > $3)
    AND NOT EXISTS (SELECT FROM article_files WHERE article_id = $2 AND id = theirs.id AND until IS NULL)
ORDER BY place;

-- name: forget
-- What stood in a file is gone, in every article that took it over.
DELETE FROM article_file_bytes WHERE id = $1;

-- name: unname
-- Nobody reads any more what it was called.
UPDATE article_files SET name = '' WHERE id = $1;

-- name: opened_by_writer
-- A file of any version of an article, or of the one that it became part of.
WITH RECURSIVE led AS (
    SELECT id, merged_into FROM articles WHERE id = $1
    UNION SELECT articles.id, articles.merged_into FROM articles JOIN led ON articles.id = led.merged_into
)
SELECT article_files.*, false AS gone, body
FROM led JOIN article_files ON article_id = led.id AND article_files.id = $2
JOIN article_file_bytes ON article_file_bytes.id = article_files.id
ORDER BY since DESC LIMIT 1;

-- name: opened_by_reader
-- A file of what readers see of an article, or of the one that it became part of; to who is outside ($3) as far as it is for them.
-- Whether there is none, or none for them, takes the same one look.
WITH RECURSIVE led AS (
    SELECT id, merged_into FROM articles WHERE id = $1
    UNION SELECT articles.id, articles.merged_into FROM articles JOIN led ON articles.id = led.merged_into
)
SELECT article_files.*, false AS gone, body
FROM led JOIN articles ON articles.id = led.id
JOIN article_versions ON article_versions.id = articles.id AND article_versions.version = articles.live
JOIN article_files ON article_id = articles.id AND article_files.id = $2
    AND since <= live AND (until IS NULL OR until > live)
JOIN article_file_bytes ON article_file_bytes.id = article_files.id
WHERE NOT $3 OR (public AND article_versions.content::jsonb ->> 'audience' = 'public')
LIMIT 1;

-- name: add
-- A new article; nothing when there is one of this id.
INSERT INTO articles (id, version, state, live, content, merged_into, external_id, audience, language, product, owner,
    review_by, expires_on, created_at, changed_at, changed_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
ON CONFLICT (id) DO NOTHING RETURNING id;

-- name: save
-- What an article has become.
UPDATE articles SET version = $2, state = $3, live = $4, content = $5, merged_into = $6, external_id = $7, audience = $8,
    language = $9, product = $10, owner = $11, review_by = $12, expires_on = $13, created_at = $14, changed_at = $15,
    changed_by = $16
WHERE id = $1;

-- name: keep_version
-- Adds a version; one that stands already is not touched.
INSERT INTO article_versions (id, version, content, by_whom, at, why) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT DO NOTHING;

-- name: step
-- Writes down what was done to an article or said about it.
INSERT INTO article_steps (id, version, verb, by_whom, at, text) VALUES ($1, $2, $3, $4, $5, $6);

-- name: unlink
-- Forgets the cases of an article, to write them anew.
DELETE FROM article_cases WHERE article_id = $1;

-- name: link
-- The cases that an article came from.
INSERT INTO article_cases (case_id, article_id) SELECT unnest($2::text[]), $1 ON CONFLICT DO NOTHING;

-- name: one
-- An article.
SELECT * FROM articles WHERE id = $1;

-- name: one_locked
-- An article, locked until the transaction ends.
SELECT * FROM articles WHERE id = $1 FOR UPDATE;

-- name: pair_locked
-- Two articles, locked in one order whoever asks.
SELECT * FROM articles WHERE id = ANY($1) ORDER BY id FOR UPDATE;

-- name: externals_locked
-- The articles that came in under these ids of another system, or that were written here and went out under their own;
-- locked in one order whoever asks.
SELECT * FROM articles WHERE external_id = ANY($1) OR (external_id IS NULL AND id = ANY($1)) ORDER BY id FOR UPDATE;

-- name: stamps_since
-- What the index may have to take in, without what it says; commits may come late, so the caller overlaps.
SELECT articles.id, articles.live, articles.changed_at, learned.changed_at AS learned_at,
    greatest(articles.changed_at, learned.changed_at) AS stamped_at
FROM articles LEFT JOIN learned ON learned.target = articles.id
WHERE articles.id IN (
    SELECT id FROM articles WHERE changed_at >= $1 UNION SELECT target FROM learned WHERE changed_at >= $1
)
ORDER BY stamped_at;

-- name: shown
-- These articles as readers see them.
SELECT articles.*, article_versions.content AS shown, articles.changed_at AS stamped_at,
    learned.uses, learned.phrasings, learned.public
FROM articles
LEFT JOIN article_versions ON article_versions.id = articles.id AND article_versions.version = articles.live
LEFT JOIN learned ON learned.target = articles.id
WHERE articles.id = ANY($1);

-- name: listed
-- A page of articles, the newest first; null filters mean all. One is due by what readers see, or earlier by its draft.
SELECT * FROM articles
WHERE id < $1 AND merged_into IS NULL
    AND ($2::text IS NULL OR state = $2) AND ($3::text IS NULL OR owner = $3) AND ($4::text IS NULL OR audience = $4)
    AND ($5::text IS NULL OR language = $5) AND ($6::text IS NULL OR product = $6)
    AND ($7::date IS NULL OR (live IS NOT NULL AND least(review_by, (
        SELECT (shown.content::jsonb ->> 'review_by')::date FROM article_versions AS shown
        WHERE shown.id = articles.id AND shown.version = articles.live
    )) <= $7))
    AND ($8::boolean IS NULL OR (live IS NOT NULL) = $8)
ORDER BY id DESC LIMIT $9;

-- name: falling_due
-- Articles that their owners are to look at by a day, or that nobody sees any more a week after it; in order of id.
SELECT due.* FROM (
    SELECT articles.id, shown.content::jsonb ->> 'question' AS question, articles.content::jsonb -> 'owner' AS owner,
        least(articles.review_by, (shown.content::jsonb ->> 'review_by')::date) AS review_by,
        (shown.content::jsonb ->> 'expires_on')::date AS expires_on
    FROM articles JOIN article_versions AS shown ON shown.id = articles.id AND shown.version = articles.live
    WHERE articles.id > $1 AND articles.merged_into IS NULL
) AS due
WHERE due.review_by <= $2 OR due.expires_on <= $2 + 7
ORDER BY due.id LIMIT $3;

-- name: live_page
-- A page of what readers see, in order of id, for export.
SELECT articles.*, article_versions.content AS shown, articles.changed_at AS stamped_at,
    learned.uses, learned.phrasings, learned.public
FROM articles
JOIN article_versions ON article_versions.id = articles.id AND article_versions.version = articles.live
LEFT JOIN learned ON learned.target = articles.id
WHERE articles.id > $1 AND ($2::text IS NULL OR article_versions.content::jsonb ->> 'audience' = $2)
    AND ($3::text IS NULL OR article_versions.content::jsonb ->> 'language' = $3)
ORDER BY articles.id LIMIT $4;

-- name: states
-- How many articles stand where.
SELECT state, count(*) AS many FROM articles WHERE merged_into IS NULL GROUP BY state;

-- name: versions
-- The versions of an article, the newest first, without what they say.
SELECT version, by_whom, at, why FROM article_versions WHERE id = $1 ORDER BY version DESC LIMIT 200;

-- name: version
-- One version of an article.
SELECT content FROM article_versions WHERE id = $1 AND version = $2;

-- name: contents
-- Versions of several articles.
SELECT id, version, content FROM article_versions
JOIN unnest($1::text[], $2::integer[]) AS wanted (id, version) USING (id, version);

-- name: steps
-- What was done to an article and said about it, the newest first.
SELECT version, verb, by_whom, at, text FROM article_steps WHERE id = $1 ORDER BY number DESC LIMIT 200;

-- name: merged_from
-- The articles that became part of this one.
SELECT id FROM articles WHERE merged_into = $1 ORDER BY id;

-- name: over
-- Articles of which the last day that readers see is over, locked; those that another process is at are left to it.
SELECT articles.* FROM articles
JOIN article_versions ON article_versions.id = articles.id AND article_versions.version = articles.live
WHERE (article_versions.content::jsonb ->> 'expires_on')::date <= $1
ORDER BY articles.id LIMIT 100 FOR UPDATE OF articles SKIP LOCKED;

-- name: of_case
-- The articles that readers see and that came from this case, in the order in which they are locked.
SELECT articles.id FROM article_cases JOIN articles ON articles.id = article_cases.article_id
WHERE article_cases.case_id = $1 AND articles.merged_into IS NULL AND articles.live IS NOT NULL ORDER BY articles.id;

-- name: synonyms
-- Words that mean the same in this organisation.
SELECT one, other FROM synonyms ORDER BY one, other;

-- name: add_synonym
-- From now on these words mean the same.
INSERT INTO synonyms (one, other, by_whom, at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING;

-- name: add_search
-- Writes down what was searched for.
INSERT INTO searches (id, at, who, words, folded, audience, best, offered) VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: search
-- One search.
SELECT id, who, offered, audience FROM searches WHERE id = $1;

-- name: add_use
-- Writes down what came of an answer, once a day and searcher.
INSERT INTO uses (at, who, search_id, target, what, audience) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING;

-- name: take_back
-- Who says "solved" has not been left unsolved, and the other way round.
DELETE FROM uses WHERE who = $1 AND target = $2 AND what = $3;

-- name: of_target
-- What came of one entry since an instant.
SELECT what, count(*) AS many FROM uses WHERE target = $1 AND at >= $2 GROUP BY what;

-- name: days
-- What came of each entry, by days of a zone; who cannot be told apart counts for nothing.
SELECT target, what, (at AT TIME ZONE $2)::date AS day, count(*) AS many
FROM uses WHERE at >= $1 AND who <> '' AND who NOT LIKE '?%' GROUP BY target, what, day;

-- name: found_by
-- By which words an article was found, by how many searchers on how many days of a zone, and by how many in vain.
SELECT uses.target, searches.folded, min(searches.words) AS words, uses.audience, count(DISTINCT uses.who) AS searchers,
    count(DISTINCT (uses.at AT TIME ZONE $2)::date) AS days, max(uses.at) AS last_at,
    count(DISTINCT uses.who) FILTER (WHERE EXISTS (
        SELECT FROM uses AS vain WHERE vain.target = uses.target AND vain.who = uses.who AND vain.what = 'unsolved'
    )) AS in_vain
FROM uses JOIN searches ON searches.id = uses.search_id
WHERE uses.at >= $1 AND uses.what IN ('click', 'solved', 'deflected') AND uses.target LIKE 'a\_%' AND uses.who <> ''
    AND uses.who NOT LIKE '?%' AND searches.folded <> ''
GROUP BY uses.target, searches.folded, uses.audience;

-- name: learned
-- What was learned before.
SELECT target, uses, phrasings, public FROM learned;

-- name: learn
-- What use teaches now.
INSERT INTO learned (target, uses, phrasings, public, changed_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (target) DO UPDATE
SET uses = excluded.uses, phrasings = excluded.phrasings, public = excluded.public, changed_at = excluded.changed_at;

-- name: one_at_a_time
-- One process learns, the others leave it to that one.
SELECT pg_try_advisory_xact_lock(hashtext(current_schema() || '.learning'));

-- name: searches_since
-- The searches since an instant, oldest first, with the entry that was opened last.
SELECT searches.id, searches.at, searches.who, searches.words, searches.folded, searches.best, searches.audience,
    (SELECT target FROM uses WHERE uses.search_id = searches.id AND uses.what <> 'unsolved'
     ORDER BY uses.number DESC LIMIT 1) AS opened
FROM searches WHERE searches.at >= $1 AND searches.folded <> '' ORDER BY searches.at DESC LIMIT 20000;

-- name: searches_by_week
-- How many searches there were in each week of a zone (by its Monday), after how many something was opened, and how many
-- had nothing better than a guess.
SELECT date_trunc('week', at AT TIME ZONE $3)::date AS monday, count(*) AS many, count(*) FILTER (WHERE EXISTS (
        SELECT FROM uses WHERE uses.search_id = searches.id AND uses.what <> 'unsolved'
    )) AS opened, count(*) FILTER (WHERE best = ANY ($4::text[])) AS guessed
FROM searches WHERE at >= $1 AND at < $2 AND folded <> '' GROUP BY monday;

-- name: uses_by_week
-- How many uses of each kind there were in each week of a zone; of those by whom nobody can tell $4 a day and entry at most.
SELECT date_trunc('week', day)::date AS monday, what, sum(known + least(unknown, $4))::bigint AS many
FROM (
    SELECT (at AT TIME ZONE $3)::date AS day, what, count(*) FILTER (WHERE who NOT LIKE '?%') AS known,
        count(*) FILTER (WHERE who LIKE '?%') AS unknown
    FROM uses WHERE at >= $1 AND at < $2 GROUP BY day, target, what
) AS daily
GROUP BY monday, what;

-- name: helped
-- How often each article made a report needless, solved it or did not, in each week of a zone (by its Monday), and when it
-- last helped; by the question that readers see, or that it has now that nobody sees it. Counted as uses_by_week counts.
SELECT told.*, coalesce(shown.content, articles.content)::jsonb ->> 'question' AS question FROM (
    SELECT target, date_trunc('week', day)::date AS monday,
        coalesce(sum(many) FILTER (WHERE what = 'deflected'), 0)::bigint AS deflected,
        coalesce(sum(many) FILTER (WHERE what = 'solved'), 0)::bigint AS solved,
        coalesce(sum(many) FILTER (WHERE what = 'unsolved'), 0)::bigint AS unsolved,
        max(last_at) FILTER (WHERE what <> 'unsolved') AS last_at
    FROM (
        SELECT target, (at AT TIME ZONE $3)::date AS day, what, max(at) AS last_at,
            count(*) FILTER (WHERE who NOT LIKE '?%') + least(count(*) FILTER (WHERE who LIKE '?%'), $4) AS many
        FROM uses WHERE at >= $1 AND at < $2 AND what <> 'click' GROUP BY target, day, what
    ) AS daily
    GROUP BY target, monday
) AS told
JOIN articles ON articles.id = told.target
LEFT JOIN article_versions AS shown ON shown.id = articles.id AND shown.version = articles.live;

-- name: resolved_between
-- What figures count of the open records that were resolved in a time; a record is written when its case is, or later.
SELECT archive.sight, archive.cause, read.submitted_at, read.resolved_at, EXISTS (
        SELECT FROM article_cases JOIN articles ON articles.id = article_cases.article_id
        WHERE article_cases.case_id = archive.case_id AND articles.live IS NOT NULL
    ) AS told
FROM archive
CROSS JOIN LATERAL jsonb_to_record(archive.record::jsonb) AS read (submitted_at timestamptz, resolved_at timestamptz)
WHERE NOT archive.restricted AND archive.changed_at >= $1 AND read.resolved_at >= $1 AND read.resolved_at < $2;

-- name: feedback_since
-- How often each article helped and how often it did not; who cannot be told apart counts for nothing.
SELECT target, count(*) FILTER (WHERE what = 'solved') AS solved, count(*) FILTER (WHERE what = 'unsolved') AS unsolved
FROM uses WHERE at >= $1 AND what IN ('solved', 'unsolved') AND who <> '' AND who NOT LIKE '?%' GROUP BY target;

-- name: cases_since
-- Open records since an instant, the newest first, whether an article tells of them, and whether one is being written.
SELECT archive.case_id, archive.record, archive.sight, those.told, those.begun
FROM archive CROSS JOIN LATERAL (
    SELECT coalesce(bool_or(articles.live IS NOT NULL), false) AS told,
        coalesce(bool_or(articles.state IN ('draft', 'in_review')), false) AS begun
    FROM article_cases JOIN articles ON articles.id = article_cases.article_id
    WHERE article_cases.case_id = archive.case_id
) AS those
WHERE NOT archive.restricted AND archive.changed_at >= $1
ORDER BY archive.changed_at DESC LIMIT 10000;

-- name: decided
-- Suggestions that are dealt with.
SELECT id FROM decided;

-- name: decide
-- Deals with a suggestion, once.
INSERT INTO decided (id, verdict, by_whom, at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING id;

-- name: move_uses
-- What came of an article that became part of another belongs to that one.
UPDATE uses SET target = $2 WHERE target = $1
    AND NOT EXISTS (SELECT FROM uses AS theirs WHERE theirs.target = $2 AND theirs.who = uses.who AND theirs.what = uses.what);

-- name: prune
-- Forgets searches and uses that are too old to teach anything.
WITH old AS (DELETE FROM searches WHERE at < $1) DELETE FROM uses WHERE at < $1;

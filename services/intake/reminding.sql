-- name: one_at_a_time
-- Whoever tells people of articles does so one after the other.
SELECT pg_advisory_xact_lock(hashtextextended('article reminders', 0));

-- name: told
-- Which days of these articles somebody was told of.
SELECT article, what, day FROM article_reminders WHERE article = ANY($1);

-- name: told_since
-- Who was told of articles since an instant.
SELECT DISTINCT person FROM article_reminders WHERE told_at >= $1;

-- name: tell
-- Somebody is told of these.
INSERT INTO article_reminders (article, what, day, person, told_at)
SELECT article, what, day, $4, $5 FROM unnest($1::text[], $2::text[], $3::date[]) AS asked (article, what, day)
ON CONFLICT DO NOTHING;

-- name: open_session
INSERT INTO sessions (digest, ref, person, name, how, given, hint, created_at, seen_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8);

-- name: sessions
-- Sessions with the roles of their person; all that still hold, or the one of a digest, whether it holds or not.
SELECT s.*, coalesce((SELECT array_agg(g.role || ' ' || g.team) FROM grants AS g
                      WHERE g.kind = 'person' AND g.subject = s.person AND g.ended_at IS NULL), '{}') AS granted
FROM sessions AS s
WHERE CASE WHEN $1::bytea IS NULL THEN s.ended_at IS NULL AND s.created_at > $2 AND s.seen_at > $3 ELSE s.digest = $1 END
ORDER BY s.seen_at DESC, s.ref LIMIT 1000;

-- name: session_seen
-- Another replica may have written it down already; once a minute is enough.
UPDATE sessions SET seen_at = $2 WHERE digest = $1 AND seen_at <= $3 AND ended_at IS NULL;

-- name: end_session
UPDATE sessions SET ended_at = $3, ended_by = $4
WHERE ended_at IS NULL AND CASE WHEN $1::bytea IS NULL THEN ref = $2 ELSE digest = $1 END RETURNING ref, person, hint;

-- name: forget_sessions
DELETE FROM sessions WHERE coalesce(ended_at, seen_at) < $1;

-- name: add_link
INSERT INTO login_links (digest, person, name, made_at) VALUES ($1, $2, $3, $4);

-- name: link
SELECT person, name FROM login_links WHERE digest = $1 AND used_at IS NULL AND made_at > $2;

-- name: use_link
UPDATE login_links SET used_at = $3 WHERE digest = $1 AND used_at IS NULL AND made_at > $2 RETURNING person, name;

-- name: forget_links
DELETE FROM login_links WHERE made_at < $1;

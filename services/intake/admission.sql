-- name: token
-- A token with its roles, or those of the person that it is for; null where none was ever given.
SELECT t.*, coalesce(
    (SELECT array_agg(g.role || ' ' || g.team) FILTER (WHERE g.ended_at IS NULL) || '{}'::text[]
     FROM grants AS g WHERE g.kind = 'token' AND g.subject = t.id HAVING count(*) > 0),
    (SELECT array_agg(g.role || ' ' || g.team) FILTER (WHERE g.ended_at IS NULL) || '{}'::text[]
     FROM grants AS g
     WHERE g.kind = 'person' AND t.actor::jsonb ->> 'kind' = 'person' AND g.subject = t.actor::jsonb ->> 'id'
     HAVING count(*) > 0)) AS roles
FROM tokens AS t WHERE $1::text IS NULL OR t.id = $1 ORDER BY t.created_at DESC, t.id;

-- name: add_token
INSERT INTO tokens (id, name, digest, scopes, actor, created_at, created_by, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: token_used
-- Another replica may have written it down already; once a minute is enough.
UPDATE tokens SET last_used_at = $2 WHERE id = $1 AND (last_used_at IS NULL OR last_used_at <= $3);

-- name: revoke_token
UPDATE tokens SET revoked_at = $2, revoked_by = $3 WHERE id = $1 AND revoked_at IS NULL;

-- name: grant
INSERT INTO grants (kind, subject, role, team, created_at, created_by)
SELECT $1, $2, role, team, $5, $6 FROM unnest($3::text[], $4::text[]) AS asked (role, team)
ON CONFLICT (kind, subject, role, team) DO UPDATE
SET ended_at = NULL, created_at = excluded.created_at, created_by = excluded.created_by WHERE grants.ended_at IS NOT NULL;

-- name: end_grants
-- End the roles of a person that are not among those asked for.
UPDATE grants SET ended_at = $4 WHERE kind = 'person' AND subject = $1 AND ended_at IS NULL
AND (role, team) NOT IN (SELECT * FROM unnest($2::text[], $3::text[]));

-- name: grants_of_people
SELECT subject, array_agg(role || ' ' || team) FILTER (WHERE ended_at IS NULL) || '{}'::text[] AS roles
FROM grants WHERE kind = 'person' AND ($1::text IS NULL OR subject = $1) GROUP BY subject ORDER BY subject;

-- name: lock_grants
-- Whoever changes roles or makes tokens does so one after the other.
SELECT pg_advisory_xact_lock(hashtextextended('grants', 5));

-- name: seen_by
-- For whom the rest of the transaction reads, as the policies of the tables have it; '' for nobody in particular.
SELECT set_config('tasuki.seer', $1, true);

-- name: grants_of
-- Every role that a person has or had, those that count first.
SELECT role, team, created_at, created_by, ended_at FROM grants
WHERE kind = 'person' AND subject = $1 ORDER BY ended_at DESC NULLS FIRST, team, role;

-- name: token
SELECT id, name, digest, scopes, actor, created_at, created_by, expires_at, last_used_at, revoked_at FROM tokens WHERE id = $1;

-- name: tokens
SELECT id, name, digest, scopes, actor, created_at, created_by, expires_at, last_used_at, revoked_at FROM tokens
ORDER BY created_at DESC, id;

-- name: add_token
INSERT INTO tokens (id, name, digest, scopes, actor, created_at, created_by, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: token_used
-- Another replica may have written it down already; once a minute is enough.
UPDATE tokens SET last_used_at = $2 WHERE id = $1 AND (last_used_at IS NULL OR last_used_at <= $3);

-- name: revoke_token
UPDATE tokens SET revoked_at = $2, revoked_by = $3 WHERE id = $1 AND revoked_at IS NULL;

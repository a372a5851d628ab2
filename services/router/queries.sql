-- name: newest_policy
-- The policy in force.
SELECT version, digest, body, published_at, published_by, why FROM policy_versions ORDER BY version DESC LIMIT 1;

-- name: lock_policies
-- One publication at a time.
LOCK TABLE policy_versions IN EXCLUSIVE MODE;

-- name: add_policy
-- Puts the next version into force.
INSERT INTO policy_versions (version, digest, body, published_at, published_by, why) VALUES ($1, $2, $3, $4, $5, $6);

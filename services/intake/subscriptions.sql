-- name: subscriptions
SELECT * FROM subscriptions WHERE ($1::text IS NULL OR id = $1) AND ($2::text IS NULL OR token = $2) ORDER BY created_at, id;

-- name: lock_subscription
SELECT * FROM subscriptions WHERE id = $1 FOR UPDATE;

-- name: add_subscription
INSERT INTO subscriptions (id, name, url, types, teams, language, token, made_by, state, reason, version, place, next_at, created_at, changed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'enabled', '', 1, $9, $10, $10, $10);

-- name: change_subscription
-- Whoever enables one again is told from where it stopped, and at once.
UPDATE subscriptions SET name = $2, url = $3, types = $4, teams = $5, language = $6, state = $7, reason = $8, version = version + 1,
    changed_at = $9, next_at = $9, tries = 0, failing_since = NULL
WHERE id = $1 RETURNING *;

-- name: drop_subscription
DELETE FROM subscriptions WHERE id = $1;

-- name: subscription_secrets
SELECT id, sealed, made_at, ends_at FROM subscription_secrets
WHERE subscription = $1 AND (ends_at IS NULL OR ends_at > $2) ORDER BY id DESC;

-- name: end_subscription_secrets
UPDATE subscription_secrets SET ends_at = $2 WHERE subscription = $1 AND (ends_at IS NULL OR ends_at > $2);

-- name: add_subscription_secret
INSERT INTO subscription_secrets (subscription, sealed, made_at) VALUES ($1, $2, $3);

-- name: sealed_subscription_secrets
SELECT id, sealed FROM subscription_secrets;

-- name: seal_subscription_secret_anew
UPDATE subscription_secrets SET sealed = $2 WHERE id = $1;

-- name: forget_subscription_secrets
DELETE FROM subscription_secrets WHERE ends_at < $1;

-- name: lease_subscriptions
-- Take those that something has come for, unless another replica is at work on them.
UPDATE subscriptions SET leased_until = $2 WHERE id IN (
    SELECT id FROM subscriptions
    WHERE state = 'enabled' AND next_at <= $1 AND (leased_until IS NULL OR leased_until < $1) AND place < $3
    ORDER BY next_at LIMIT $4 FOR UPDATE SKIP LOCKED)
RETURNING *;

-- name: keep_progress
-- What was delivered, unless it was changed meanwhile: then `state` stays as it is. True when it was not.
UPDATE subscriptions SET place = $2, done = $3, tries = $4, failing_since = $5, next_at = $6, leased_until = NULL,
    state = CASE WHEN version = $9 THEN $7 ELSE state END, reason = CASE WHEN version = $9 THEN $8 ELSE reason END
WHERE id = $1 RETURNING version = $9;

-- name: add_subscription_delivery
INSERT INTO subscription_deliveries (subscription, event_id, type, status, problem, milliseconds, at)
SELECT $1, $2, $3, $4, $5, $6, $7 WHERE EXISTS (SELECT FROM subscriptions WHERE id = $1);

-- name: forget_subscription_deliveries
DELETE FROM subscription_deliveries WHERE subscription = $1 AND id NOT IN (
    SELECT id FROM subscription_deliveries WHERE subscription = $1 ORDER BY id DESC LIMIT $2);

-- name: subscription_deliveries
SELECT event_id, type, status, problem, milliseconds, at FROM subscription_deliveries WHERE subscription = $1 ORDER BY id DESC LIMIT $2;

-- name: sources
SELECT id, sender, name, owner, options, enabled, version, created_at, changed_at FROM sources ORDER BY id;

-- name: lock_source
SELECT id, sender, name, owner, options, enabled, version, created_at, changed_at FROM sources WHERE id = $1 FOR UPDATE;

-- name: add_source
INSERT INTO sources (id, sender, name, owner, options, enabled, version, created_at, changed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING RETURNING true;

-- name: change_source
UPDATE sources SET name = $2, owner = $3, options = $4, enabled = $5, version = $6, changed_at = $7 WHERE id = $1;

-- name: secrets
-- The newest first: that is the one to sign with.
SELECT id, source, sealed, made_at, ends_at FROM source_secrets WHERE $1::text IS NULL OR source = $1 ORDER BY id DESC;

-- name: add_secret
INSERT INTO source_secrets (source, sealed, made_at) VALUES ($1, $2, $3) RETURNING id;

-- name: end_secrets
-- All secrets of a source that would be in force for longer end at this moment.
UPDATE source_secrets SET ends_at = $2 WHERE source = $1 AND (ends_at IS NULL OR ends_at > $2);

-- name: end_secret
UPDATE source_secrets SET ends_at = least(ends_at, $3) WHERE source = $1 AND id = $2 RETURNING true;

-- name: forget_secrets
DELETE FROM source_secrets WHERE ends_at < $1;

-- name: sealed_secrets
SELECT id, sealed FROM source_secrets FOR UPDATE SKIP LOCKED;

-- name: seal_secret_anew
UPDATE source_secrets SET sealed = $2 WHERE id = $1;

-- name: trouble_told
-- True the first time in an hour.
INSERT INTO troubles (source, hour) VALUES ($1, $2)
ON CONFLICT (source) DO UPDATE SET hour = $2 WHERE troubles.hour < $2 RETURNING true;

-- name: reject
INSERT INTO rejections (source, reason, looks, bytes, at) VALUES ($1, $2, $3, $4, $5);

-- name: forget_rejections
DELETE FROM rejections WHERE source = $1
AND id <= (SELECT id FROM rejections WHERE source = $1 ORDER BY id DESC OFFSET $2 LIMIT 1);

-- name: last_deliveries
-- What came lately from a source and what became of it, with those that were not believed.
(SELECT d.delivery_id, d.verdict, d.case_id, d.number, d.bytes, d.at,
        coalesce(q.reason_ja, '') AS reason_ja, coalesce(q.reason_en, '') AS reason_en, '{}' AS looks, q.id AS quarantine
 FROM deliveries AS d LEFT JOIN quarantine AS q ON q.source = d.source AND q.delivery_id = d.delivery_id
 WHERE d.source = $1 ORDER BY d.at DESC LIMIT $2)
UNION ALL
(SELECT '', 'rejected', NULL, NULL, bytes, at, reason, reason, looks, NULL FROM rejections
 WHERE source = $1 ORDER BY id DESC LIMIT $2)
ORDER BY at DESC LIMIT $2;

-- name: health
-- Of each source: when something came that was believed, when something was not, and how much is set aside.
SELECT asked.id,
       (SELECT max(d.at) FROM deliveries AS d WHERE d.source = asked.id) AS delivered_at,
       (SELECT max(r.at) FROM rejections AS r WHERE r.source = asked.id) AS rejected_at,
       (SELECT count(*) FROM quarantine AS q WHERE q.source = asked.id) AS waiting
FROM unnest($1::text[]) AS asked (id);

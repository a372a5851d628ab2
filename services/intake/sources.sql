-- name: sources
SELECT s.id, s.sender, s.name, s.owner, s.options, s.enabled, s.version, s.created_at, s.changed_at,
       l.looked_at, coalesce(l.problem, '') AS problem
FROM sources AS s LEFT JOIN record_looks AS l ON l.source = s.id ORDER BY s.id;

-- name: lock_source
SELECT id, sender, name, owner, options, enabled, version, created_at, changed_at FROM sources WHERE id = $1 FOR UPDATE;

-- name: add_source
INSERT INTO sources (id, sender, name, owner, options, enabled, version, created_at, changed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING RETURNING true;

-- name: change_source
UPDATE sources SET name = $2, owner = $3, options = $4, enabled = $5, version = $6, changed_at = $7 WHERE id = $1;

-- name: secrets
-- The newest first: that is the one to sign with.
SELECT id, source, purpose, sealed, made_at, ends_at FROM source_secrets WHERE $1::text IS NULL OR source = $1 ORDER BY id DESC;

-- name: add_secret
INSERT INTO source_secrets (source, purpose, sealed, made_at) VALUES ($1, $2, $3, $4) RETURNING id;

-- name: end_secrets
-- All secrets of a source for this purpose that would be in force for longer end at this moment.
UPDATE source_secrets SET ends_at = $3 WHERE source = $1 AND purpose = $2 AND (ends_at IS NULL OR ends_at > $3);

-- name: end_secret
UPDATE source_secrets SET ends_at = least(ends_at, $3) WHERE source = $1 AND id = $2 RETURNING true;

-- name: forget_secrets
DELETE FROM source_secrets WHERE ends_at < $1;

-- name: sealed_secrets
SELECT id, sealed FROM source_secrets FOR UPDATE SKIP LOCKED;

-- name: seal_secret_anew
UPDATE source_secrets SET sealed = $2 WHERE id = $1;

-- name: begin_looks
-- What was changed before a source got its token is not looked at.
INSERT INTO record_looks (source, since, next_at) SELECT unnest($1::text[]), $2, $2 ON CONFLICT DO NOTHING;

-- name: claim_looks
-- Those whose time has come; whoever claims one has it until then.
UPDATE record_looks SET next_at = $3 WHERE source = ANY($1::text[]) AND next_at <= $2 RETURNING source, since;

-- name: looked
UPDATE record_looks SET since = $2, looked_at = $3, failures = 0, problem = '' WHERE source = $1;

-- name: look_failed
UPDATE record_looks SET failures = failures + 1, problem = $2 WHERE source = $1 RETURNING failures;

-- name: trouble_told
-- True the first time in an hour.
INSERT INTO troubles (source, hour) VALUES ($1, $2)
ON CONFLICT (source) DO UPDATE SET hour = $2 WHERE troubles.hour < $2 RETURNING true;

-- name: reject
INSERT INTO rejections (source, reason, looks, bytes, at) VALUES ($1, $2, $3, $4, $5);

-- name: is_sent_away
-- Whether a source was believed until $2, and of what came since at least $3 requests were not and none was.
SELECT coalesce(believed.at <= $2, false)
       AND (SELECT count(*) FROM rejections AS r WHERE r.source = $1 AND r.at > believed.at) >= $3
FROM (SELECT max(d.at) AS at FROM deliveries AS d WHERE d.source = $1) AS believed;

-- name: forget_rejections
DELETE FROM rejections WHERE source = $1
AND id <= (SELECT id FROM rejections WHERE source = $1 ORDER BY id DESC OFFSET $2 LIMIT 1);

-- name: last_deliveries
-- What came lately from a source and what became of it, with those that were not believed.
(SELECT d.delivery_id, d.verdict, d.case_id, d.number, d.bytes, d.at,
        coalesce(q.reason_ja, '') AS reason_ja, coalesce(q.reason_en, '') AS reason_en, '{}' AS looks, q.id AS quarantine, d.why
 FROM deliveries AS d LEFT JOIN quarantine AS q ON q.source = d.source AND q.delivery_id = d.delivery_id
 WHERE d.source = $1 ORDER BY d.at DESC LIMIT $2)
UNION ALL
(SELECT '', 'rejected', NULL, NULL, bytes, at, reason, reason, looks, NULL, NULL FROM rejections
 WHERE source = $1 ORDER BY id DESC LIMIT $2)
ORDER BY at DESC LIMIT $2;

-- name: health
-- Of each source: when something came that was believed, when something was not, and how much is set aside.
SELECT asked.id,
       (SELECT max(d.at) FROM deliveries AS d WHERE d.source = asked.id) AS delivered_at,
       (SELECT max(r.at) FROM rejections AS r WHERE r.source = asked.id) AS rejected_at,
       (SELECT count(*) FROM quarantine AS q WHERE q.source = asked.id) AS waiting
FROM unnest($1::text[]) AS asked (id);

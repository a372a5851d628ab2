-- name: first_answer
-- The answer first given for a key, whether nobody else is at work on it right now, and a number if it is a new one.
SELECT pg_try_advisory_xact_lock(hashtextextended($1 || '|' || $2, 1)) AS free, known.fingerprint, known.case_id, known.answer,
       CASE WHEN known.key IS NULL THEN nextval('case_numbers') END AS number
FROM (SELECT 1) AS one LEFT JOIN idempotency AS known ON known.scope = $1 AND known.key = $2;

-- name: next_number
SELECT nextval('case_numbers');

-- name: keep_answer
INSERT INTO idempotency (scope, key, fingerprint, case_id, answer, at) VALUES ($1, $2, $3, $4, $5, $6);

-- name: forget_answers
DELETE FROM idempotency WHERE at < $1;

-- name: show_case
INSERT INTO cases (id, number, status, priority, owner, words, created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (id) DO UPDATE SET status = $3, priority = $4, owner = $5, updated_at = greatest(cases.updated_at, $8)
RETURNING updated_at;

-- name: case_updated_at
SELECT updated_at FROM cases WHERE id = $1;

-- name: list_cases
-- A page of cases, the newest first; every filter that is null is off. `owner` is '' for cases that nobody has.
SELECT id FROM cases
WHERE ($1::text IS NULL OR id < $1) AND ($2::text IS NULL OR status = $2) AND ($3::text IS NULL OR priority = $3)
  AND ($4::text IS NULL OR coalesce(owner, '') = $4) AND ($5::text IS NULL OR words LIKE $5 ESCAPE '\')
ORDER BY id DESC LIMIT $6;

-- name: add_line
INSERT INTO timeline (event_id, case_id, topic, partition, "offset", at, type, body)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING;

-- name: lines_of
SELECT event_id, topic, "offset", at, type, body FROM timeline WHERE case_id = $1 ORDER BY at LIMIT $2;

-- name: was_said
SELECT true FROM timeline WHERE event_id = $1;

-- name: token
SELECT name, digest, scopes, actor FROM tokens WHERE id = $1 AND revoked_at IS NULL;

-- name: add_token
INSERT INTO tokens (id, name, digest, scopes, actor, created_at) VALUES ($1, $2, $3, $4, $5, $6);

-- name: lock_external
SELECT pg_advisory_xact_lock(hashtextextended($1 || '|' || $2, 2));

-- name: external
SELECT case_id, alerts FROM externals WHERE system = $1 AND external_id = $2;

-- name: keep_external
INSERT INTO externals (system, external_id, case_id, alerts) VALUES ($1, $2, $3, $4)
ON CONFLICT (system, external_id) DO UPDATE SET case_id = $3, alerts = $4;

-- name: lock_delivery
SELECT pg_try_advisory_xact_lock(hashtextextended($1 || '|' || $2, 3));

-- name: delivery
SELECT verdict, case_id, number FROM deliveries WHERE source = $1 AND delivery_id = $2;

-- name: keep_delivery
INSERT INTO deliveries (source, delivery_id, verdict, case_id, number, body, at) VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: forget_deliveries
DELETE FROM deliveries WHERE at < $1;

-- name: quarantine
INSERT INTO quarantine (source, delivery_id, reason_ja, reason_en, body, at) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id;

-- name: quarantined
SELECT id, source, delivery_id, reason_ja, reason_en, body, at FROM quarantine
WHERE $1::bigint IS NULL OR id < $1 ORDER BY id DESC LIMIT $2;

-- name: add_urgent
INSERT INTO urgent (case_id, slot, submitted, submitted_at) VALUES ($1, $2, $3, $4);

-- name: lease_urgent
-- Take critical cases that have waited for Kafka too long; ones that have left the outbox are no longer urgent.
UPDATE urgent SET leased_until = $3 WHERE case_id IN (
    SELECT case_id FROM urgent AS u
    WHERE paged_at IS NULL AND submitted_at < $1 AND (leased_until IS NULL OR leased_until < $2)
      AND EXISTS (SELECT FROM outbox AS o WHERE o.slot = u.slot AND o.key = u.case_id)
    ORDER BY submitted_at LIMIT 20 FOR UPDATE SKIP LOCKED)
RETURNING submitted;

-- name: urgent_paged
UPDATE urgent SET paged_at = $2 WHERE case_id = $1;

-- name: forget_urgent
DELETE FROM urgent WHERE submitted_at < $1
AND NOT EXISTS (SELECT FROM outbox AS o WHERE o.slot = urgent.slot AND o.key = urgent.case_id);

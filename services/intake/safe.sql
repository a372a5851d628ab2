-- name: organisation_key
SELECT sealed FROM organisation_keys WHERE id = 1;

-- name: make_organisation_key
INSERT INTO organisation_keys (id, sealed, made_at) VALUES (1, $1, $2) ON CONFLICT DO NOTHING;

-- name: seal_organisation_key_anew
UPDATE organisation_keys SET sealed = $2 WHERE sealed = $1;

-- name: case_key
-- The key of a case, which is not destroyed before this transaction ends.
SELECT wrapped FROM case_keys WHERE case_id = $1 FOR SHARE;

-- name: make_case_key
-- The key of a case, made if there is none; it is not destroyed before this transaction ends either.
INSERT INTO case_keys (case_id, wrapped, made_at) VALUES ($1, $2, $3)
ON CONFLICT (case_id) DO UPDATE SET wrapped = case_keys.wrapped RETURNING wrapped;

-- name: keep_original
-- What was masked in one event of a case, with the key of the case if this is the first, and what it can be found by.
WITH key AS (INSERT INTO case_keys (case_id, wrapped, made_at) VALUES ($1, $2, $5) ON CONFLICT DO NOTHING),
     found AS (INSERT INTO finds (digest, case_id, kind)
               SELECT digest, $1, kind FROM unnest($6::bytea[], $7::text[]) AS new (digest, kind) ON CONFLICT DO NOTHING)
INSERT INTO originals (case_id, event_id, sealed, at) VALUES ($1, $3, $4, $5) ON CONFLICT DO NOTHING;

-- name: originals_of
SELECT event_id, sealed, at FROM originals WHERE case_id = $1 ORDER BY at, event_id;

-- name: original
-- One of them with the key of its case; nothing is locked, for the case may not be locked yet.
SELECT wrapped, sealed FROM originals JOIN case_keys USING (case_id) WHERE case_id = $1 AND event_id = $2;

-- name: count_cases_with
-- In how many cases it stood from the one with this id on.
SELECT count(*) FROM finds WHERE digest = $1 AND case_id >= $2;

-- name: cases_with
SELECT case_id FROM finds WHERE digest = $1 ORDER BY case_id DESC LIMIT $2;

-- name: lock_keys
SELECT case_id FROM case_keys WHERE case_id = ANY($1) ORDER BY case_id FOR UPDATE;

-- name: shred
-- Destroys the keys of cases, and with them what they seal; the rows go as well. The keys are locked by a statement before: what
-- somebody has sealed meanwhile is seen by this one only if it begins after they are done.
WITH texts AS (DELETE FROM originals WHERE case_id = ANY($1)),
     found AS (DELETE FROM finds WHERE case_id = ANY($1)),
     files AS (DELETE FROM attachments WHERE case_id = ANY($1))
DELETE FROM case_keys WHERE case_id = ANY($1) RETURNING case_id;

-- name: empty_deliveries
-- What senders sent about a case; that it was sent stays.
UPDATE deliveries SET body = '', sealed = false WHERE case_id = $1 AND body <> '';

-- name: reword_answers
-- What a repeat of a request about an erased case is answered.
UPDATE idempotency SET answer = json_build_object('id', case_id, 'erased', true)::text WHERE case_id = $1;

-- name: outlived
-- Cases that were done long enough ago: before $1, restricted ones before $2; not those in which somebody is sealing something.
SELECT k.case_id FROM case_keys AS k JOIN cases AS c ON c.id = k.case_id
WHERE c.status = 'done' AND c.updated_at < CASE WHEN c.restricted THEN $2::timestamptz ELSE $1 END
LIMIT $3 FOR UPDATE OF k SKIP LOCKED;

-- name: still_outlived
-- Which of these are so now that their keys are locked.
SELECT id AS case_id FROM cases AS c
WHERE id = ANY($3) AND c.status = 'done' AND c.updated_at < CASE WHEN c.restricted THEN $2::timestamptz ELSE $1 END;

-- name: forget_quarantine
DELETE FROM quarantine WHERE at < $1 AND warned_at < $2 RETURNING source;

-- name: warn_of_quarantine
-- What will be forgotten soon, by source; each is told of once.
WITH marked AS (UPDATE quarantine SET warned_at = $2 WHERE at < $1 AND warned_at IS NULL RETURNING source)
SELECT source, count(*) AS number FROM marked GROUP BY source ORDER BY source;

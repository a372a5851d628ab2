-- name: append
SELECT audit_append($1, $2);

-- name: newest
SELECT id, chain, seq, entry, before, hash FROM audit
WHERE ($1::bigint IS NULL OR id < $1) AND ($2::text IS NULL OR object = $2) ORDER BY id DESC LIMIT $3;

-- name: onwards
SELECT id, chain, seq, entry, before, hash FROM audit
WHERE id > $1 AND ($2::text IS NULL OR object = $2) ORDER BY id LIMIT $3;

-- name: of_objects
SELECT object, entry FROM audit WHERE object = ANY($1) ORDER BY id;

-- name: heads
SELECT chain, seq, hash FROM audit_chains ORDER BY chain;

-- name: lock_checkpoints
SELECT pg_advisory_xact_lock(hashtextextended('audit_checkpoints', 6));

-- name: checkpoints
SELECT number, body, algorithm, signature FROM audit_checkpoints WHERE number > $1 ORDER BY number LIMIT $2;

-- name: last_checkpoint
SELECT number, body, algorithm, signature FROM audit_checkpoints ORDER BY number DESC LIMIT 1;

-- name: keep_checkpoint
INSERT INTO audit_checkpoints (number, body, algorithm, signature) VALUES ($1, $2, $3, $4);

-- name: at_or_after
-- The first entry from an id on: ids rise with time, so that a moment is found by halving.
SELECT id, entry::jsonb ->> 'at' AS at FROM audit WHERE id >= $1 ORDER BY id LIMIT 1;

-- name: largest
SELECT coalesce(max(id), 0) FROM audit;

-- name: search
-- Entries between two ids and two moments: what somebody did or what was done to them, about something, of some kinds; the newest first.
SELECT id, chain, seq, entry, before, hash FROM audit
WHERE id >= $1 AND id < $2
AND (entry::jsonb ->> 'at') COLLATE "C" >= $3 AND (entry::jsonb ->> 'at') COLLATE "C" < $4
AND ($5::text IS NULL OR entry::jsonb ->> 'actor' = $5 OR object = 'person:' || $5)
AND ($6::text IS NULL OR object = $6)
AND ($7::text[] IS NULL OR (entry::jsonb ->> 'action') || ' ' || object LIKE ANY ($7))
ORDER BY id DESC LIMIT $8;

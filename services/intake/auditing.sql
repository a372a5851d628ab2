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
SELECT number, body FROM audit_checkpoints ORDER BY number DESC LIMIT 1;

-- name: keep_checkpoint
INSERT INTO audit_checkpoints (number, body, algorithm, signature) VALUES ($1, $2, $3, $4);

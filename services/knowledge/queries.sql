-- name: version_of
-- How often a case has been archived.
SELECT version FROM archive WHERE case_id = $1;

-- name: put
-- Makes this the newest record of a case.
INSERT INTO archive (case_id, version, record, changed_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (case_id) DO UPDATE
SET version = excluded.version, record = excluded.record, changed_at = excluded.changed_at;

-- name: keep
-- Keeps every version that there was.
INSERT INTO archive_history (case_id, version, record) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING;

-- name: one
-- The newest record of a case.
SELECT record FROM archive WHERE case_id = $1;

-- name: some
-- The newest records of these cases.
SELECT record FROM archive WHERE case_id = ANY($1);

-- name: changed_since
-- What the index has to take in; commits may come late, so the caller asks with some overlap.
SELECT record, changed_at FROM archive WHERE changed_at >= $1 ORDER BY changed_at;

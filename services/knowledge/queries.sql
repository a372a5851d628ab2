-- name: version_of
-- How often a case has been archived.
SELECT version FROM archive WHERE case_id = $1;

-- name: put
-- Makes this the newest record of a case.
INSERT INTO archive (case_id, version, record, changed_at, sight, restricted, cause)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (case_id) DO UPDATE
SET version = excluded.version, record = excluded.record, changed_at = excluded.changed_at, sight = excluded.sight,
    restricted = excluded.restricted, cause = excluded.cause;

-- name: see
-- What decides from now on who may see a record.
UPDATE archive SET sight = $2, changed_at = $3, restricted = $4 WHERE case_id = $1;

-- name: mark
-- What the newest record of a case says from now on.
UPDATE archive SET record = $2, changed_at = $3 WHERE case_id = $1;

-- name: keep
-- Keeps every version that there was.
INSERT INTO archive_history (case_id, version, record) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING;

-- name: one
-- The newest record of a case.
SELECT record, sight FROM archive WHERE case_id = $1;

-- name: some
-- The newest records of these cases.
SELECT record, sight FROM archive WHERE case_id = ANY($1);

-- name: changed_since
-- What the index has to take in; commits may come late, so the caller asks with some overlap.
SELECT archive.case_id, archive.record, archive.sight, greatest(archive.changed_at, learned.changed_at) AS changed_at,
    learned.uses, learned.phrasings, learned.public
FROM archive LEFT JOIN learned ON learned.target = archive.case_id
WHERE archive.case_id IN (
    SELECT case_id FROM archive WHERE changed_at >= $1 UNION SELECT target FROM learned WHERE changed_at >= $1
)
ORDER BY 4;

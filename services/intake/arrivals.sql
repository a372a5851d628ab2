-- name: arrive
-- Put a delivery on disk, unless it has been taken before; what became of it then is given.
WITH known AS (SELECT verdict, case_id, number, why FROM deliveries WHERE source = $1 AND delivery_id = $2),
     put AS (INSERT INTO arrivals (source, delivery_id, urgent, sealed, at)
             SELECT $1, $2, $3, $4, $5 WHERE NOT EXISTS (SELECT FROM known)
             ON CONFLICT (source, delivery_id) DO NOTHING RETURNING id)
SELECT known.verdict, known.case_id, known.number, known.why, put.id
FROM (SELECT 1) AS one LEFT JOIN known ON true LEFT JOIN put ON true;

-- name: hold_turn
-- One process at a time takes what waits, or the order of a source would be lost.
SELECT pg_try_advisory_xact_lock(hashtextextended('arrivals', 5));

-- name: next
SELECT id, source, delivery_id, sealed, tries, at FROM arrivals ORDER BY urgent DESC, id LIMIT $1;

-- name: done
DELETE FROM arrivals WHERE id = ANY($1::bigint[]);

-- name: tried
UPDATE arrivals SET tries = tries + 1 WHERE id = $1 RETURNING tries;

-- name: waiting
SELECT source, count(*) AS number, min(at) AS since FROM arrivals GROUP BY source;

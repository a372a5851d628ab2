-- name: lock_drills
-- Whoever plans or begins a drill waits for whoever does so now, so that what was counted still holds.
SELECT pg_advisory_xact_lock(hashtextextended('drills', 7));

-- name: add_drill
INSERT INTO drills (id, key, fingerprint, team, team_name, kind, urgency, impact, title, facts, language, announced, minutes,
                    starts_at, by_id, by_kind, by_name, made_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18);

-- name: drill_by_key
SELECT * FROM drills WHERE key = $1;

-- name: drill
SELECT * FROM drills WHERE id = $1;

-- name: lock_drill
SELECT * FROM drills WHERE id = $1 FOR UPDATE;

-- name: take_drill
-- The same, unless another process is at work on it.
SELECT * FROM drills WHERE id = $1 AND state IN ('planned', 'running') FOR UPDATE SKIP LOCKED;

-- name: drills_to_look_at
SELECT id, team, state FROM drills WHERE state = 'running' OR (state = 'planned' AND starts_at <= $1) ORDER BY starts_at, id LIMIT 100;

-- name: drills
-- The newest drills that somebody may know of: those of the teams $1 (null is all of them), and of the teams $2 (null is
-- all) what is announced or has been held.
SELECT * FROM drills
WHERE ($1::text[] IS NULL OR team = ANY($1))
   OR (($2::text[] IS NULL OR team = ANY($2)) AND (state = 'ended' OR announced AND state IN ('planned', 'running')))
ORDER BY starts_at DESC, id DESC LIMIT $3;

-- name: drills_announced
-- What the teams $1 (null is all of them) are told of beforehand, the next one first.
SELECT * FROM drills
WHERE announced AND state IN ('planned', 'running') AND ($1::text[] IS NULL OR team = ANY($1)) ORDER BY starts_at, id LIMIT 5;

-- name: drills_around
-- How many run, of a team and of all; and how many of the team are to come.
SELECT count(*) FILTER (WHERE state = 'running' AND team = $1) AS team, count(*) FILTER (WHERE state = 'running') AS all,
       count(*) FILTER (WHERE state = 'planned' AND team = $1) AS planned
FROM drills WHERE state IN ('planned', 'running');

-- name: real_p1
-- Whether a real P1 of a team is open; $2 are the sources that are not real.
SELECT EXISTS (SELECT FROM cases WHERE status <> 'done' AND priority = 'P1' AND team = $1 AND source <> ALL($2::text[]));

-- name: move_drill
UPDATE drills SET state = $2, why = $3, case_id = $4, number = $5, started_at = $6, ended_at = $7, ended_by = $8 WHERE id = $1;

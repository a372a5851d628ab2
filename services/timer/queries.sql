-- name: arm
-- Lets a clock run; the same generation again leaves what was said of it.
INSERT INTO deadlines (case_id, name, generation, priority, due, fire_at, warn_at, traceparent)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (case_id, name) DO UPDATE
SET generation = excluded.generation, priority = excluded.priority, due = excluded.due, fire_at = excluded.fire_at,
    warn_at = excluded.warn_at, traceparent = excluded.traceparent, fired = false
WHERE deadlines.generation < excluded.generation;

-- name: disarm
-- Stops the clocks of a case that no longer run.
DELETE FROM deadlines WHERE case_id = $1 AND NOT name = ANY($2);

-- name: next_at
-- When the next clock is to be fired or warned of.
SELECT least(
    (SELECT min(fire_at) FROM deadlines WHERE NOT fired),
    (SELECT min(warn_at) FROM deadlines WHERE warn_at IS NOT NULL AND NOT fired)
);

-- name: take_breached
-- Takes clocks whose time has come, the most urgent first; another replica takes others.
UPDATE deadlines SET fired = true WHERE (case_id, name) IN (
    SELECT case_id, name FROM deadlines WHERE NOT fired AND fire_at <= $1
    ORDER BY priority, fire_at LIMIT $2 FOR UPDATE SKIP LOCKED
) RETURNING case_id, name, generation, due, priority, traceparent;

-- name: take_warned
-- Takes clocks that are near their end.
UPDATE deadlines SET warn_at = NULL WHERE (case_id, name) IN (
    SELECT case_id, name FROM deadlines WHERE warn_at <= $1 AND NOT fired
    ORDER BY priority, warn_at LIMIT $2 FOR UPDATE SKIP LOCKED
) RETURNING case_id, name, generation, due, priority, traceparent;

-- name: list_due
-- What is due next, for people.
SELECT case_id, name, generation, priority, due, fired FROM deadlines ORDER BY due LIMIT $1;

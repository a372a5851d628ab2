-- name: arm
-- Lets clocks run; the same generation again leaves what was said of it.
INSERT INTO deadlines (case_id, name, generation, priority, due, fire_at, warn_at, traceparent)
SELECT * FROM unnest(
    $1::text[], $2::text[], $3::int[], $4::text[], $5::timestamptz[], $6::timestamptz[], $7::timestamptz[], $8::text[])
ON CONFLICT (case_id, name) DO UPDATE
SET generation = excluded.generation, priority = excluded.priority, due = excluded.due, fire_at = excluded.fire_at,
    warn_at = excluded.warn_at, traceparent = excluded.traceparent, fired = false
WHERE deadlines.generation < excluded.generation;

-- name: disarm
-- Stops the clocks of these cases that no longer run; $2 names those that do, as "case name".
DELETE FROM deadlines WHERE case_id = ANY($1) AND NOT case_id || ' ' || name = ANY($2);

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

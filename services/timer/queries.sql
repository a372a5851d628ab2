-- name: hurry
-- The rows that follow are given up after two seconds if this process is stopped: another replica may have to fire them.
SELECT set_config('idle_in_transaction_session_timeout', '2s', true);

-- name: arm
-- Lets clocks run; the same generation again leaves what was said of it.
INSERT INTO deadlines (case_id, name, generation, priority, due, fire_at, warn_at, traceparent)
SELECT * FROM unnest(
    $1::text[], $2::text[], $3::int[], $4::text[], $5::timestamptz[], $6::timestamptz[], $7::timestamptz[], $8::text[])
ON CONFLICT (case_id, name) DO UPDATE
SET generation = excluded.generation, priority = excluded.priority, due = excluded.due, fire_at = excluded.fire_at,
    warn_at = excluded.warn_at, traceparent = excluded.traceparent, fired = false, said = 0, again_at = NULL
WHERE deadlines.generation < excluded.generation;

-- name: disarm
-- Stops the clocks of these cases that no longer run; $2 names those that do, as "case name".
DELETE FROM deadlines WHERE case_id = ANY($1) AND NOT case_id || ' ' || name = ANY($2);

-- name: look
-- PostgreSQL's clock, and the next moment of any clock and of those of the first priority.
WITH next AS (
    SELECT of.priority, first.wakes_at FROM unnest($1::text[]) AS of (priority), LATERAL (
        SELECT wakes_at FROM deadlines WHERE priority = of.priority AND NOT fired ORDER BY wakes_at LIMIT 1) AS first
)
SELECT
    clock_timestamp() AS clock,
    (SELECT min(wakes_at) FROM next) AS next_at,
    (SELECT wakes_at FROM next WHERE priority = $1[1]) AS urgent_at;

-- name: flow
-- Since when something waits to be published, and when the log was read.
SELECT
    (SELECT created_at FROM outbox ORDER BY id LIMIT 1) AS publishing_since,
    (SELECT max(at) FROM inbox) AS read_at;

-- name: count_unconfirmed
-- How many breaches are said and not yet read back; no more than $1 are counted.
SELECT count(*) FROM (SELECT FROM deadlines WHERE again_at IS NOT NULL LIMIT $1) AS said;

-- name: take
-- Takes clocks of priority $2 whose moment has come, at most $3; another replica takes others. One priority a statement, so
-- that the planner knows how few are wanted, and reads the index in its order instead of sorting all that has come.
-- A breach is to be said again at $4 unless it has been read back from the log by then.
WITH come AS MATERIALIZED (
    SELECT case_id, name FROM deadlines WHERE priority = $2 AND wakes_at <= $1 AND NOT fired
    ORDER BY wakes_at LIMIT $3 FOR UPDATE SKIP LOCKED
)
UPDATE deadlines AS d
SET fired = d.fire_at <= $1, said = CASE WHEN d.fire_at <= $1 THEN 1 ELSE 0 END,
    again_at = CASE WHEN d.fire_at <= $1 THEN $4::timestamptz END, warn_at = NULL
FROM come WHERE d.case_id = come.case_id AND d.name = come.name
RETURNING d.case_id, d.name, d.generation, d.due, d.fire_at, d.priority, d.traceparent, d.fired;

-- name: take_unconfirmed
-- Takes breaches that were said and have not been read back from the log.
SELECT case_id, name, generation, due, fire_at, priority, traceparent, said FROM deadlines
WHERE again_at <= $1 ORDER BY again_at LIMIT $2 FOR UPDATE SKIP LOCKED;

-- name: standing
-- Since when the first clock waits that ought to have been fired by $1, and how many cases nobody watches since $2.
SELECT
    (SELECT min(first.fire_at) FROM unnest($3::text[]) AS of (priority), LATERAL (
        SELECT fire_at FROM deadlines
        WHERE priority = of.priority AND NOT fired AND wakes_at <= $1 AND fire_at <= $1 ORDER BY wakes_at LIMIT 1
    ) AS first) AS late_since,
    (SELECT count(*) FROM open_cases WHERE missing_since <= $2) AS unattended;

-- name: overdue
-- For how many seconds the first clock waits that ought to have been fired, by PostgreSQL's clock; null for none.
SELECT extract(epoch FROM now() - min(first.fire_at))::float8 FROM unnest($1::text[]) AS of (priority), LATERAL (
    SELECT fire_at FROM deadlines
    WHERE priority = of.priority AND NOT fired AND wakes_at <= now() AND fire_at <= now() ORDER BY wakes_at LIMIT 1
) AS first;

-- name: were_read
-- Those of these events that have been read from the log.
SELECT event_id FROM inbox WHERE event_id = ANY($1);

-- name: said_again
-- Remembers for each of these when it is to be said again; not at all when no moment is given.
UPDATE deadlines AS d SET said = d.said + 1, again_at = new.again_at
FROM unnest($1::text[], $2::text[], $3::timestamptz[]) AS new (case_id, name, again_at)
WHERE d.case_id = new.case_id AND d.name = new.name;

-- name: list_due
-- What is due next, for people.
SELECT case_id, name, generation, priority, due, fired FROM (
    SELECT next.* FROM unnest($2::text[]) AS of (priority), LATERAL (
        SELECT * FROM deadlines WHERE priority = of.priority AND NOT fired ORDER BY wakes_at LIMIT $1) AS next
    UNION ALL (SELECT * FROM deadlines WHERE again_at IS NOT NULL ORDER BY again_at LIMIT $1)
) AS soon ORDER BY due LIMIT $1;

-- name: confirm
-- These breaches have been read back from the log: they are not said again.
UPDATE deadlines AS d SET again_at = NULL
FROM unnest($1::text[], $2::text[], $3::int[]) AS read (case_id, name, generation)
WHERE d.case_id = read.case_id AND d.name = read.name AND d.generation = read.generation AND d.fired;

-- name: open
-- For these cases a clock ought to run.
INSERT INTO open_cases (case_id, planned, since) SELECT * FROM unnest($1::text[], $2::bool[], $3::timestamptz[])
ON CONFLICT (case_id) DO UPDATE SET planned = excluded.planned;

-- name: close
-- For these cases none need run.
DELETE FROM open_cases WHERE case_id = ANY($1);

-- name: page
-- The next open cases after $1, for the auditor's rounds.
SELECT case_id FROM open_cases WHERE case_id > $1 ORDER BY case_id LIMIT $2;

-- name: judge
-- Of the open cases after $1 up to $2: writes down since when ($3, or the report) a plan or a clock is missing.
UPDATE open_cases AS o
SET missing_since = CASE WHEN seen.missing THEN CASE WHEN o.planned THEN $3::timestamptz ELSE o.since END END, raised = 0
FROM (
    SELECT case_id, NOT planned OR NOT EXISTS (
        SELECT FROM deadlines AS d WHERE d.case_id = open.case_id AND (NOT d.fired OR d.again_at IS NOT NULL)
    ) AS missing FROM open_cases AS open WHERE case_id > $1 AND case_id <= $2
) AS seen
WHERE o.case_id = seen.case_id AND seen.missing <> (o.missing_since IS NOT NULL);

-- name: count_missing
-- How many cases miss a plan or a clock for longer than they may.
SELECT count(*) FILTER (WHERE NOT planned) AS plan, count(*) FILTER (WHERE planned) AS clock
FROM open_cases WHERE missing_since <= $1;

-- name: take_missing
-- Cases that miss something since $1 or longer and for which it is time to say so, again each time that $2 has passed;
-- first those for which it was never said, however many there are.
SELECT case_id, planned, missing_since, raised FROM open_cases
WHERE missing_since + raised * $2::interval <= $1
ORDER BY raised, missing_since LIMIT $3 FOR UPDATE SKIP LOCKED;

-- name: raised
-- It was said for these cases; `raised` counts how often it might have been since.
UPDATE open_cases AS o SET raised = new.raised FROM unnest($1::text[], $2::int[]) AS new (case_id, raised)
WHERE o.case_id = new.case_id;

-- name: clocks_of
-- The clocks that these cases have in the table.
SELECT case_id, name, generation FROM deadlines WHERE case_id = ANY($1);

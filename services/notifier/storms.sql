-- name: lately
-- For each of these recipients, channels, addresses (by two names) and moments: how many messages went or will go by
-- themselves, when the next digest comes, and when the last ones went out; what is a drill's (a rank of 50 or more)
-- counts for nothing. $6 is the window, $7 the pause that ends a storm, $8 the longest wait.
SELECT bundling.after,
       (SELECT count(*) FROM (
           SELECT FROM notifications AS n
           WHERE n.recipient = asked.recipient AND n.channel = asked.channel AND n.address IN (asked.address, asked.other)
             AND NOT n.bundled AND n.state <> 'skipped' AND n.rank < 50
             AND n.planned_at > asked.at - $6::interval AND n.planned_at <= asked.at
           LIMIT bundling.after) AS got) AS got,
       (SELECT min(n.next_attempt_at) FROM notifications AS n
        WHERE n.recipient = asked.recipient AND n.channel = asked.channel AND n.address IN (asked.address, asked.other)
          AND n.bundled AND n.state = 'pending' AND n.carrier IS NULL
          AND n.next_attempt_at BETWEEN asked.at AND asked.at + $8::interval) AS waiting,
       (SELECT array_agg(at ORDER BY at) FROM (
           SELECT n.attempted_at AS at FROM notifications AS n
           WHERE n.recipient = asked.recipient AND n.channel = asked.channel AND n.address IN (asked.address, asked.other)
             AND n.carrier = n.id AND n.attempted_at > asked.at - $7::interval
           ORDER BY n.attempted_at DESC LIMIT 2) AS went) AS digests
FROM unnest((SELECT $1::text[]), (SELECT $2::text[]), (SELECT $3::text[]), (SELECT $4::text[]), (SELECT $5::timestamptz[]))
     WITH ORDINALITY AS asked (recipient, channel, address, other, at, place), bundling
ORDER BY asked.place;

-- name: lock_loading
-- One process at a time makes up the digests; the others find them made.
SELECT pg_try_advisory_xact_lock(hashtext(current_schema() || '.digests'));

-- name: due_digests
-- For whom, by which channel and at which address, a digest is due.
SELECT DISTINCT recipient, channel, address FROM notifications
WHERE bundled AND state = 'pending' AND carrier IS NULL AND next_attempt_at <= $1;

-- name: load
-- Of each of these recipients, channels and addresses, the most important row takes along all that could have gone by
-- now; `place` is the address that those of $4 lead to.
WITH ready AS (
    SELECT n.id, first_value(n.id) OVER (
        PARTITION BY n.recipient, n.channel, due.place ORDER BY n.rank, n.created_at, n.id) AS first
    FROM unnest($2::text[], $3::text[], $4::text[], $5::text[]) AS due (recipient, channel, address, place)
    JOIN notifications AS n USING (recipient, channel, address)
    WHERE n.bundled AND n.state = 'pending' AND n.carrier IS NULL AND n.planned_at <= $1
)
UPDATE notifications AS n SET carrier = ready.first, next_attempt_at = least(n.next_attempt_at, $1)
FROM ready
WHERE n.id = ready.id AND n.bundled AND n.state = 'pending' AND n.carrier IS NULL  -- it may have become a P1 meanwhile
RETURNING n.id;

-- name: heal
-- What waits for a digest that will not go any more, whatever became of it, waits for the next one; it says that it may be
-- a repeat where the first one may have gone out.
UPDATE notifications AS n SET carrier = NULL, next_attempt_at = $1, repeat = n.repeat OR c.repeat
FROM notifications AS c
WHERE n.carrier = c.id AND n.id <> c.id AND n.state = 'pending'
  AND (c.state NOT IN ('pending', 'sending', 'ambiguous') OR c.carrier IS DISTINCT FROM c.id);

-- name: riders
-- What a digest brings along besides its own case, with what decides about each.
SELECT n.*, (SELECT state FROM folds WHERE key = n.case_id) AS fold,
       (SELECT array_agg(person) FROM answered WHERE answered.id = n.id) AS answered, NULL AS contact,
       (SELECT windows FROM windows_now) AS windows
FROM notifications AS n WHERE n.carrier = $1 AND n.id <> $1 AND n.state = 'pending'
ORDER BY n.rank, n.created_at, n.id;

-- name: stand_alone
-- A digest that brings nothing along is a message like any other; `carrier` stays, for the next digest keeps its distance.
UPDATE notifications SET bundled = false WHERE id = $1 AND epoch = $2;

-- name: set_down
-- A digest does not go, or failed for its own case only: what it brought waits for the next one, and says that it may be a
-- repeat where the first one may have gone out.
UPDATE notifications AS n SET carrier = NULL, state = 'pending', next_attempt_at = $2, repeat = n.repeat OR c.repeat
FROM notifications AS c
WHERE c.id = $1 AND n.carrier = c.id AND n.id <> c.id AND n.state IN ('pending', 'accepted', 'delivered', 'answered');

-- name: carry
-- What a digest brings along takes the outcome of the digest; attempts that were made before stay counted.
WITH moved AS (
    UPDATE notifications SET state = $2, code = $3, attempts = greatest(attempts, $4), provider = $5, repeat = repeat OR $8,
        attempted_at = coalesce(attempted_at, $7)
    WHERE carrier = $1 AND id <> $1 AND state NOT IN ('acknowledged', 'skipped', 'failed')
    RETURNING *
), noted AS (
    INSERT INTO attempts (notification_id, attempt, started_at, ended_at, outcome, code, provider)
    SELECT id, attempts, $7, $7, $6, $3, $5 FROM moved
    ON CONFLICT (notification_id, attempt)
    DO UPDATE SET outcome = excluded.outcome, code = excluded.code, ended_at = excluded.ended_at
)
SELECT * FROM moved;

-- name: brought
-- Everything that stands in a digest, its own case included.
SELECT n.*, (SELECT state FROM folds WHERE key = n.case_id) AS fold,
       (SELECT array_agg(person) FROM answered WHERE answered.id = n.id) AS answered,
       (SELECT to_json(c) FROM contacts AS c WHERE id = n.recipient) AS contact, '[]' AS windows
FROM notifications AS n WHERE n.carrier = $1 ORDER BY n.rank, n.created_at, n.id;

-- name: bundle_after
SELECT after FROM bundling;

-- name: set_bundle_after
UPDATE bundling SET after = $1;

-- name: log_of_recipient
-- What was sent to one recipient, the newest first, from a place on.
SELECT n.*, (SELECT reason FROM maintenance WHERE id = n.held_by) AS window_reason, (
    SELECT coalesce(json_agg(a ORDER BY a.attempt), '[]') FROM attempts AS a WHERE a.notification_id = n.id
) AS made
FROM notifications AS n
WHERE n.recipient = $1 AND ($2::timestamptz IS NULL OR (n.created_at, n.id) < ($2, $3::uuid))
ORDER BY n.created_at DESC, n.id DESC LIMIT $4;

-- name: states
-- Since a moment, when each provider last took something and last failed.
SELECT p.name, r.until, good.started_at AS succeeded_at, bad.started_at AS failed_at, bad.code AS failure
FROM unnest($1::text[]) WITH ORDINALITY AS p (name, place)
LEFT JOIN resting AS r ON r.provider = p.name
LEFT JOIN LATERAL (
    SELECT a.started_at FROM attempts AS a
    WHERE a.provider = p.name AND a.started_at > $2 AND a.outcome IN ('accepted', 'delivered', 'answered', 'acknowledged')
    ORDER BY a.started_at DESC LIMIT 1) AS good ON true
LEFT JOIN LATERAL (
    SELECT a.started_at, a.code FROM attempts AS a
    WHERE a.provider = p.name AND a.started_at > $2 AND a.outcome IN ('failed', 'retryable')
    ORDER BY a.started_at DESC LIMIT 1) AS bad ON true
ORDER BY p.place;

-- name: last_hour
-- Since a moment, by channel: what came of the attempts of these providers, and how many seconds after the wish to page
-- the first attempts at it began.
WITH made AS (
    SELECT n.channel, a.outcome, CASE WHEN n.purpose = 'page' AND a.attempt = 1
           THEN extract(epoch FROM a.started_at - coalesce(n.planned_at, n.created_at))::float8 END AS took
    FROM unnest($1::text[]) AS p (provider)
    JOIN attempts AS a ON a.provider = p.provider AND a.started_at > $2
    JOIN notifications AS n ON n.id = a.notification_id
)
SELECT channel, count(*) FILTER (WHERE outcome = 'accepted') AS accepted,
    count(*) FILTER (WHERE outcome IN ('delivered', 'answered')) AS delivered,
    count(*) FILTER (WHERE outcome = 'acknowledged') AS acknowledged,
    count(*) FILTER (WHERE outcome IN ('retryable', 'failed', 'ambiguous')) AS failed,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY took) AS p50, percentile_cont(0.99) WITHIN GROUP (ORDER BY took) AS p99
FROM made GROUP BY channel ORDER BY channel;

-- name: rest
-- A provider is left alone until a moment, or is asked again.
INSERT INTO resting (provider, until) VALUES ($1, $2) ON CONFLICT (provider) DO UPDATE SET until = excluded.until;

-- name: add_window
INSERT INTO maintenance (id, team, product, source, starts_at, ends_at, reason, p1, by_id, by_name, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);

-- name: windows
SELECT * FROM maintenance WHERE coalesce(ended_at, ends_at) > $1 ORDER BY starts_at, id LIMIT 500;

-- name: lock_window
SELECT * FROM maintenance WHERE id = $1 FOR UPDATE;

-- name: end_window
UPDATE maintenance SET ended_at = $2, ended_by = $3 WHERE id = $1;

-- name: release
-- What a window that was ended early holds is due: by itself at once, in masses in a digest soon.
UPDATE notifications SET next_attempt_at = CASE WHEN bundled THEN $2 + interval '20 seconds' ELSE $2 END, planned_at = $2,
    not_before = CASE WHEN not_before > $2 THEN $2 ELSE not_before END
WHERE held_by = $1 AND state = 'pending' AND next_attempt_at > $2;

-- name: begin_windows
UPDATE maintenance SET begun_at = $1
WHERE begun_at IS NULL AND ended_at IS NULL AND starts_at <= $1 AND ends_at > $1
RETURNING *;

-- name: paged_cases
-- The cases that are not done and have been paged of since a moment.
SELECT key, state FROM folds
WHERE state::jsonb ->> 'status' <> 'done' AND key IN (
    SELECT case_id FROM notifications
    WHERE purpose = 'page' AND channel <> 'ticket' AND created_at > $1
      AND state IN ('sending', 'ambiguous', 'accepted', 'delivered', 'answered'));

-- name: pages_out
-- The newest first: what rings now is among them, however much was sent in the last days.
SELECT n.*, (SELECT state FROM folds WHERE key = n.case_id) AS fold,
       (SELECT array_agg(person) FROM answered WHERE answered.id = n.id) AS answered, NULL AS contact, '[]' AS windows
FROM notifications AS n
WHERE n.case_id = ANY((SELECT $2::text[])::text[]) AND n.purpose = 'page' AND n.channel <> 'ticket' AND n.created_at > $1
  AND n.state IN ('sending', 'ambiguous', 'accepted', 'delivered', 'answered')
ORDER BY n.created_at DESC, n.id DESC LIMIT $3;

-- name: still_out
--- Locked, so that none is put back and held meanwhile.
SELECT id FROM notifications WHERE id = ANY($1) AND state <> 'pending' ORDER BY id FOR UPDATE;

-- name: hold
--- It has not gone out, so that nothing of it is to be changed any more.
UPDATE notifications SET held_by = $2, next_attempt_at = $3, planned_at = $4, bundled = $5, carrier = NULL,
    closing_at = NULL, closing = 'taken', taken_by = ''
WHERE id = $1 AND state = 'pending';

-- name: supersede
-- One page about a case is enough for each address of a person when a window ends: the newest.
UPDATE notifications SET state = 'skipped', code = 'superseded'
WHERE case_id = $1 AND recipient = $2 AND channel = $3 AND purpose = 'page' AND held_by IS NOT NULL AND state = 'pending'
  AND (round < $4 OR round = $4 AND address = $6) AND id <> $5
RETURNING *;

-- name: first_answer
-- The answer first given for a key, whether nobody else is at work on it right now, and a number if it is a new one;
-- $3: a canary, which has numbers of its own.
SELECT pg_try_advisory_xact_lock(hashtextextended($1 || '|' || $2, 1)) AS free, known.fingerprint, known.case_id, known.answer,
       CASE WHEN known.key IS NOT NULL THEN NULL WHEN $3 THEN nextval('canary_numbers') ELSE nextval('case_numbers') END AS number
FROM (SELECT 1) AS one LEFT JOIN idempotency AS known ON known.scope = $1 AND known.key = $2;

-- name: next_number
SELECT nextval('case_numbers');

-- name: skip_numbers
-- So many numbers of cases and places of lines are given out to nobody.
WITH turn AS MATERIALIZED (SELECT pg_advisory_xact_lock(hashtextextended('numbers', 6)))
SELECT setval('case_numbers', nextval('case_numbers') + $1), setval('canary_numbers', nextval('canary_numbers') - $1),
       setval('timeline_places', nextval('timeline_places') + $1)
FROM turn;

-- name: first_words
-- For which content an idempotency key was used before; the first use of it is remembered, and gives nothing.
WITH now AS (INSERT INTO idempotency (scope, key, fingerprint, case_id, answer, at) VALUES ($1, $2, $3, $4, '', $5)
             ON CONFLICT DO NOTHING)
SELECT fingerprint FROM idempotency WHERE scope = $1 AND key = $2;

-- name: forget_answers
DELETE FROM idempotency WHERE ctid = ANY(ARRAY(SELECT ctid FROM idempotency WHERE at < $1 LIMIT $2));

-- name: begin_case
-- A new case: its fold, its event, what was answered for its key (if there is one), its place on the direct road, its row, its audit.
WITH fold AS (INSERT INTO folds (key, pending) VALUES ($1, $2)),
     said AS (INSERT INTO outbox (slot, topic, key, headers, body, created_at) VALUES ($3, $4, $1, $5, $6, $7)),
     answer AS (INSERT INTO idempotency (scope, key, fingerprint, case_id, answer, at)
                SELECT $8, $9, $10, $1, $11, $7 WHERE $8::text IS NOT NULL),
     direct AS (INSERT INTO urgent (case_id, slot, submitted, submitted_at)
                SELECT $1, $3, convert_from($6, 'UTF8'), $7 WHERE $12)
INSERT INTO cases (id, number, status, words, created_at, updated_at, source, reporter, restricted)
VALUES ($1, $13, $14, $15, $7, $7, $16, $17, $18) RETURNING audit_append($19, $20);

-- name: change_case
-- What a person did to a case: its fold, its event, its row, its audit.
WITH fold AS (UPDATE folds SET state = $2, pending = $3 WHERE key = $1),
     said AS (INSERT INTO outbox (slot, topic, key, headers, body, created_at) VALUES ($4, $5, $1, $6, $7, $8))
UPDATE cases SET status = $9, priority = $10, owner = $11, people = $12, followers = $13, restricted = $14, updated_at = greatest(updated_at, $8)
WHERE id = $1 RETURNING updated_at, audit_append($15, $16);

-- name: show_cases
-- How cases that the log told of are shown in lists.
INSERT INTO cases (id, number, status, priority, owner, people, followers, words, created_at, updated_at, team, source, reporter, restricted)
SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::jsonb[], $7::jsonb[], $8::text[], $9::timestamptz[],
                     $10::timestamptz[], $11::text[], $12::text[], $13::text[], $14::boolean[])
ON CONFLICT (id) DO UPDATE
SET status = excluded.status, priority = excluded.priority, owner = excluded.owner, people = excluded.people,
    followers = excluded.followers, team = excluded.team, source = excluded.source, reporter = excluded.reporter,
    restricted = excluded.restricted, updated_at = greatest(cases.updated_at, excluded.updated_at);

-- name: case_updated_at
SELECT updated_at FROM cases WHERE id = $1;

-- name: list_cases
-- A page of cases that somebody may see, the newest first; every filter that is null is off; `$7` are the sources of canaries and drills, which are nobody's. `owner` is '' for cases that nobody has, `$10` the oldest that is looked at, `$11` whether only open ones are.
-- Only those that somebody sees for one reason where one is named: they come from a source ($12) or concern a person ($13).
SELECT id, xmin::text AS version FROM cases
WHERE ($1::text IS NULL OR id < $1) AND ($2::text IS NULL OR status = $2) AND ($3::text IS NULL OR priority = $3)
  AND ($4::text IS NULL OR owner = $4 OR ($4 = '' AND owner IS NULL)) AND ($5::text IS NULL OR words LIKE $5 ESCAPE '\')
  AND ($6::jsonb IS NULL OR may_see($6, cases)) AND source <> ALL($7::text[])
  AND ($9::text IS NULL OR team = $9) AND ($10::text IS NULL OR id >= $10) AND (NOT $11::boolean OR status IN ('received', 'in_progress'))
  AND ($12::text IS NULL OR source = $12)
  AND ($13::text IS NULL OR id = ANY(ARRAY(SELECT case_id FROM concerned WHERE person = $13)))
ORDER BY id DESC LIMIT $8;

-- name: plan_anew
-- Until the transaction ends, have each statement planned for what it is given: which index leads to it depends on which filters are null.
SELECT set_config('plan_cache_mode', 'force_custom_plan', true);

-- name: list_of_teams
-- The same for the other reason: cases of teams ($12), of each those that are restricted or those that are not ($13). Each leads by an index of
-- its own to the newest.
SELECT found.* FROM unnest($12::text[], $13::boolean[]) AS circle (of_team, secret) CROSS JOIN LATERAL (
    SELECT id, xmin::text AS version FROM cases
    WHERE team = of_team AND restricted = secret
      AND ($1::text IS NULL OR id < $1) AND ($2::text IS NULL OR status = $2) AND ($3::text IS NULL OR priority = $3)
      AND ($4::text IS NULL OR owner = $4 OR ($4 = '' AND owner IS NULL)) AND ($5::text IS NULL OR words LIKE $5 ESCAPE '\')
      AND ($6::jsonb IS NULL OR may_see($6, cases)) AND source <> ALL($7::text[])
      AND ($9::text IS NULL OR team = $9) AND ($10::text IS NULL OR id >= $10) AND (NOT $11::boolean OR status IN ('received', 'in_progress'))
    ORDER BY id DESC LIMIT $8) AS found
ORDER BY id DESC LIMIT $8;

-- name: add_lines
-- Lines of the timelines of cases; whoever writes some waits for who wrote before, so that places are in the order of commits.
WITH turn AS MATERIALIZED (SELECT pg_advisory_xact_lock(hashtextextended('timeline', 6)))
INSERT INTO timeline (event_id, case_id, topic, partition, "offset", at, type, body)
SELECT lines.* FROM turn, unnest($1::uuid[], $2::text[], $3::text[], $4::int[], $5::bigint[], $6::timestamptz[], $7::text[],
                                 $8::text[]) AS lines
ON CONFLICT DO NOTHING;

-- name: changes
-- What happened after a place, in the log and beside it. Each part has an index of its own, so that the log's costs nothing more.
(SELECT place, event_id, at, case_id, type, body FROM timeline WHERE place > $1 AND topic = 'tasuki.cases' ORDER BY place LIMIT $2)
UNION ALL
(SELECT place, event_id, at, case_id, type, body FROM timeline WHERE place > $1 AND topic = 'beside' ORDER BY place LIMIT $2)
ORDER BY place LIMIT $2;

-- name: lines_since
-- What was read of the log since an instant, in the order in which it was read.
SELECT place, event_id, at, type, body FROM timeline
WHERE at >= $1 AND place > $2 AND topic = 'tasuki.cases' ORDER BY place LIMIT $3;

-- name: keys_pending
-- Cases of which something was said that has not been read back.
SELECT key FROM folds WHERE pending <> '[]' ORDER BY key;

-- name: last_place
SELECT greatest(0, (SELECT max(place) FROM timeline WHERE place IS NOT NULL AND topic = 'tasuki.cases'),
                (SELECT max(place) FROM timeline WHERE place IS NOT NULL AND topic = 'beside'));

-- name: places_after
SELECT count(*) FROM ((SELECT FROM timeline WHERE place > $1 AND topic = 'tasuki.cases' LIMIT $2)
                      UNION ALL (SELECT FROM timeline WHERE place > $1 AND topic = 'beside' LIMIT $2) LIMIT $2) AS newer;

-- name: lines_after
-- What happened to a case after a place, in the log and beside it.
SELECT type, body FROM timeline WHERE case_id = $1 AND place > $2 AND topic IN ('tasuki.cases', 'beside') LIMIT $3;

-- name: lines_of
-- The first and the newest lines of a case; all of them without a $2.
(SELECT event_id, topic, "offset", at, type, body FROM timeline WHERE case_id = $1 ORDER BY at LIMIT 1)
UNION
(SELECT event_id, topic, "offset", at, type, body FROM timeline WHERE case_id = $1 ORDER BY at DESC LIMIT $2);

-- name: first_line
SELECT body FROM timeline WHERE case_id = $1 AND type = $2 LIMIT 1;

-- name: forget_reporter
-- Take a reporter's id ($2) and name ($3) out of what stands beside the log.
WITH steps_forgotten AS (
    UPDATE steps SET by_name = CASE by_name WHEN $3 THEN '' ELSE by_name END, done_by = CASE done_by WHEN $3 THEN '' ELSE done_by END
    WHERE case_id = $1 AND $3 IN (by_name, done_by))
UPDATE relations SET by_id = '', by_name = '' WHERE $1 IN (one, other) AND by_id = $2;

-- name: gone_since
-- Whether a case has gone on since a place of the log (by the time, when its key went to another partition), and whether it is erased.
SELECT EXISTS (SELECT FROM timeline WHERE case_id = $1 AND topic = 'tasuki.cases'
                 AND CASE WHEN partition = $2 THEN "offset" > $3 ELSE at > $4 END) AS on_since,
       EXISTS (SELECT FROM audit WHERE object = $1 AND entry::jsonb ->> 'action' = 'case.erased.v1')
           OR (EXISTS (SELECT FROM audit WHERE object = $1 AND entry::jsonb ->> 'action' = 'case.submitted.v1')
               AND NOT EXISTS (SELECT FROM cases WHERE id = $1)) AS erased;

-- name: reword_line
UPDATE timeline SET body = $2 WHERE event_id = $1;

-- name: was_said
SELECT true FROM timeline WHERE event_id = $1;

-- name: lock_external
SELECT pg_advisory_xact_lock(hashtextextended($1 || '|' || $2, 2));

-- name: external
SELECT case_id, alerts FROM externals WHERE system = $1 AND external_id = $2;

-- name: thread
-- Which cases the mails of a conversation have.
SELECT external_id, case_id FROM externals WHERE system = $1 AND external_id = ANY($2::text[]);

-- name: keep_external
INSERT INTO externals (system, external_id, case_id, alerts) VALUES ($1, $2, $3, $4)
ON CONFLICT (system, external_id) DO UPDATE SET case_id = $3, alerts = $4;

-- name: recall_external
-- The case of a ticket or group of alerts, where the log tells of a later one than is remembered: after a restore.
INSERT INTO externals (system, external_id, case_id, alerts)
SELECT $1, $2, $3, '{}' WHERE NOT EXISTS (SELECT FROM externals WHERE system = $1 AND external_id = $2 AND case_id >= $3)
ON CONFLICT (system, external_id) DO UPDATE SET case_id = excluded.case_id, alerts = excluded.alerts;

-- name: forget_ends
-- Ends of what no case was ever opened for, which are remembered so that a beginning that comes late opens none.
DELETE FROM externals WHERE case_id = ''
AND $1 > ALL (SELECT (alert.value ->> 'since')::timestamptz FROM jsonb_each(alerts::jsonb) AS alert);

-- name: lock_delivery
-- Whether nobody else is at work on this delivery; if so, the ticket or group of alerts ($3) is waited for and locked too.
SELECT free, CASE WHEN free AND $3::text IS NOT NULL
                  THEN pg_advisory_xact_lock(hashtextextended($1 || '|' || $3, 2))::text END AS waited
FROM (SELECT pg_try_advisory_xact_lock(hashtextextended($1 || '|' || $2, 3)) AS free OFFSET 0) AS one;

-- name: met
-- What became of a delivery before; or else the case of its ticket or group of alerts ($3), locked, and for one that is
-- new ($4) a number. Read after the locks are held, for a statement does not see what was committed while it waited.
WITH known AS (SELECT verdict, case_id, number, why FROM deliveries WHERE source = $1 AND delivery_id = $2),
     ticket AS (SELECT case_id, alerts FROM externals
                WHERE system = $1 AND external_id = $3::text AND NOT EXISTS (SELECT FROM known)),
     fold AS (SELECT key, state, pending, since FROM folds WHERE key = (SELECT case_id FROM ticket) FOR UPDATE)
SELECT known.verdict, known.case_id, known.number, known.why, ticket.case_id AS of_ticket, ticket.alerts, fold.key, fold.state, fold.pending, fold.since,
       EXISTS (SELECT FROM arrivals WHERE source = $1) AS behind,
       CASE WHEN $4::boolean AND known.verdict IS NULL AND ticket.case_id IS NULL THEN nextval('case_numbers') END AS next
FROM (SELECT 1) AS one LEFT JOIN known ON true LEFT JOIN ticket ON true LEFT JOIN fold ON true;

-- name: delivered
SELECT verdict, body, sealed, at FROM deliveries WHERE source = $1 AND delivery_id = $2;

-- name: keep_delivery
-- What became of a delivery, and what is known by it of its ticket or group of alerts ($10), if anything is.
WITH ticket AS (INSERT INTO externals (system, external_id, case_id, alerts)
                SELECT $1, $10, $11, $12 WHERE $10::text IS NOT NULL
                ON CONFLICT (system, external_id) DO UPDATE SET case_id = excluded.case_id, alerts = excluded.alerts)
INSERT INTO deliveries (source, delivery_id, verdict, case_id, number, body, bytes, sealed, at, why)
VALUES ($1, $2, $3, $4, $5, $6, $7, true, $8, nullif($9, ''));

-- name: forget_deliveries
-- No more than $2 of them: a statement has 15 seconds, and millions may be over at once where they are kept for less than before.
-- The newest of a source stays: by it is known that the source was believed.
DELETE FROM deliveries WHERE ctid = ANY(ARRAY(
    SELECT d.ctid FROM deliveries AS d
    WHERE d.at < $1 AND d.ctid <> (SELECT n.ctid FROM deliveries AS n WHERE n.source = d.source ORDER BY n.at DESC LIMIT 1)
    LIMIT $2));

-- name: empty_newest
-- Of the newest of a source stays when it came and what became of it; the same may come again, and is new then.
UPDATE deliveries SET delivery_id = '', body = '', sealed = false, why = NULL WHERE at < $1 AND delivery_id <> '';

-- name: quarantine
INSERT INTO quarantine (source, delivery_id, reason_ja, reason_en, sealed, at, body, rest) VALUES ($1, $2, $3, $4, true, $5, $6, $7);

-- name: count_quarantined
SELECT count(*) FROM quarantine;

-- name: way_of
-- When each kind of event first happened to a case.
SELECT type, min(at) AS at FROM timeline WHERE case_id = $1 GROUP BY type;

-- name: quarantined
SELECT id, source, delivery_id, reason_ja, reason_en, body, headers, url, sealed, at FROM quarantine
WHERE $1::bigint IS NULL OR id < $1 ORDER BY id DESC LIMIT $2;

-- name: quarantined_one
SELECT source, delivery_id, body, headers, url, sealed, rest, at FROM quarantine WHERE id = $1 FOR UPDATE;

-- name: release
WITH forgotten AS (DELETE FROM deliveries WHERE source = $2 AND delivery_id = $3) DELETE FROM quarantine WHERE id = $1;

-- name: discard
WITH gone AS (DELETE FROM quarantine WHERE id = $1 RETURNING source, delivery_id),
     marked AS (UPDATE deliveries SET verdict = 'discarded' FROM gone
                WHERE deliveries.source = gone.source AND deliveries.delivery_id = gone.delivery_id)
SELECT source FROM gone;

-- name: lease_urgent
-- Take critical cases that have waited for Kafka too long; ones that have left the outbox are no longer urgent.
UPDATE urgent SET leased_until = $3 WHERE case_id IN (
    SELECT case_id FROM urgent AS u
    WHERE paged_at IS NULL AND submitted_at < $1 AND (leased_until IS NULL OR leased_until < $2)
      AND EXISTS (SELECT FROM outbox AS o WHERE o.slot = u.slot AND o.key = u.case_id)
    ORDER BY submitted_at LIMIT 20 FOR UPDATE SKIP LOCKED)
RETURNING submitted;

-- name: urgent_paged
UPDATE urgent SET paged_at = $2 WHERE case_id = $1;

-- name: forget_urgent
DELETE FROM urgent WHERE submitted_at < $1
AND NOT EXISTS (SELECT FROM outbox AS o WHERE o.slot = urgent.slot AND o.key = urgent.case_id);

-- name: lock_link
SELECT pg_advisory_xact_lock(hashtextextended(encode($1, 'hex'), 4));

-- name: challenges
SELECT nonce, opened_at, place, wrong_before, chosen, chosen_at, tried, wrong_at FROM challenges WHERE link = $1;

-- name: keep_challenge
INSERT INTO challenges (link, nonce, opened_at, place, wrong_before, chosen, chosen_at, tried, wrong_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (nonce) DO UPDATE SET chosen = $6, chosen_at = $7, tried = $8, wrong_at = $9;

-- name: forget_challenges
DELETE FROM challenges WHERE opened_at < $1;

-- name: forget_cases
-- Nothing is left of these but what the audit has.
WITH lines AS (DELETE FROM timeline WHERE case_id = ANY($1)) DELETE FROM cases WHERE id = ANY($1);

-- name: these_cases
SELECT id FROM cases WHERE id = ANY($1);

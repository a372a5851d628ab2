-- name: add_notification
INSERT INTO notifications (id, case_id, purpose, channel, recipient, name, round, after, rank, track, need, instead_of,
                           not_before, address, content, traceparent, created_at, next_attempt_at, planned_at, bundled, held_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
ON CONFLICT DO NOTHING;

-- name: claim
-- Lease what is due, for each channel as many as it has hands free, the most important first; hands are kept for P1.
-- What is told of a case stands in a ticket in the order in which it happened: nothing overtakes what is due before it.
-- The lists are hidden in selects, so that one plan serves for ever: to plan anew takes ten times as long as to run it.
WITH due AS (
    SELECT found.id, found.state
    FROM unnest((SELECT $1::text[]), (SELECT $2::int[]), (SELECT $5::int[])) AS hands (channel, urgent, others)
    CROSS JOIN LATERAL (
        SELECT * FROM (SELECT id, state FROM notifications AS n
         WHERE channel = hands.channel AND rank < 20 AND state IN ('pending', 'ambiguous') AND next_attempt_at <= $3
           AND (NOT bundled OR carrier = id)
           AND (channel <> 'ticket' OR NOT EXISTS (
               SELECT FROM notifications AS e
               WHERE e.case_id = n.case_id AND e.recipient = n.recipient AND e.channel = 'ticket'
                 AND coalesce(e.place, 0) < n.place AND NOT e.bundled
                 AND (e.state = 'sending' OR e.state IN ('pending', 'ambiguous') AND e.next_attempt_at <= $3)))
         ORDER BY rank, next_attempt_at LIMIT hands.urgent
         FOR UPDATE SKIP LOCKED) AS p1
        UNION ALL
        SELECT * FROM (SELECT id, state FROM notifications AS n
         WHERE channel = hands.channel AND rank >= 20 AND state IN ('pending', 'ambiguous') AND next_attempt_at <= $3
           AND (NOT bundled OR carrier = id)
           AND (channel <> 'ticket' OR NOT EXISTS (
               SELECT FROM notifications AS e
               WHERE e.case_id = n.case_id AND e.recipient = n.recipient AND e.channel = 'ticket'
                 AND coalesce(e.place, 0) < n.place AND NOT e.bundled
                 AND (e.state = 'sending' OR e.state IN ('pending', 'ambiguous') AND e.next_attempt_at <= $3)))
         ORDER BY rank, next_attempt_at LIMIT hands.others
         FOR UPDATE SKIP LOCKED) AS others
    ) AS found
), claimed AS (
    UPDATE notifications AS n
    SET state = 'sending', lease_until = clock_timestamp() + $4::interval, epoch = epoch + 1,
        attempts = attempts + (due.state = 'pending')::int,
        lookups = CASE due.state WHEN 'pending' THEN 0 ELSE lookups + 1 END,
        attempted_at = CASE due.state WHEN 'pending' THEN $3 ELSE attempted_at END
    FROM due WHERE n.id = due.id
    RETURNING n.*, due.state AS was
), noted AS (
    INSERT INTO attempts (notification_id, attempt, started_at)
    SELECT id, attempts, $3 FROM claimed WHERE was = 'pending'
)
SELECT claimed.*, coalesce((SELECT min(started_at) FROM attempts WHERE notification_id = claimed.id), $3) AS first_at,
       (SELECT state FROM folds WHERE key = claimed.case_id) AS fold,
       (SELECT array_agg(person) FROM answered WHERE answered.id = claimed.id) AS answered,
       (SELECT to_json(c) FROM contacts AS c WHERE id = claimed.recipient) AS contact,
       (SELECT windows FROM windows_now) AS windows
FROM claimed ORDER BY rank, next_attempt_at;

-- name: recheck
-- What `claim` has read as well; for a send that had to wait after its claim.
SELECT (SELECT state FROM folds WHERE key = n.case_id) AS fold,
       (SELECT array_agg(person) FROM answered WHERE answered.id = n.id) AS answered,
       (SELECT to_json(c) FROM contacts AS c WHERE id = n.recipient) AS contact,
       (SELECT windows FROM windows_now) AS windows
FROM notifications AS n WHERE n.id = $1;

-- name: record
-- Write what came of a send, unless somebody else has the lease by now or a call-back knows more already.
WITH changed AS (
    UPDATE notifications
    SET state = $3, code = $4, provider_id = coalesce(nullif($5, ''), provider_id), repeat = repeat OR $6,
        next_attempt_at = coalesce($7, next_attempt_at), provider = coalesce(nullif($16, ''), provider), tried = $17
    WHERE id = $1 AND ((state = 'sending' AND epoch = $2) OR (state = 'ambiguous' AND $3 = 'accepted'))
    RETURNING id, attempts
), noted AS (
    UPDATE attempts AS a
    SET outcome = coalesce($8, outcome), code = $4, ended_at = $9, provider_id = coalesce(nullif($5, ''), provider_id),
        provider = coalesce(nullif($16, ''), provider), scope = $18
    FROM changed WHERE a.notification_id = changed.id AND a.attempt = changed.attempts
), said AS (
    INSERT INTO outbox (slot, topic, key, headers, body, created_at)
    SELECT $10::smallint, $11::text, $12::text, $13::text, $14::bytea, $15::timestamptz FROM changed WHERE $11 <> ''
)
SELECT attempts FROM changed;

-- name: going_by
WITH known AS (
    UPDATE notifications SET provider = $3 WHERE id = $1 AND epoch = $2 RETURNING id, attempts
)
UPDATE attempts AS a SET provider = $3 FROM known WHERE a.notification_id = known.id AND a.attempt = known.attempts;

-- name: put_back
WITH back AS (
    UPDATE notifications SET state = 'pending', attempts = attempts - 1, next_attempt_at = $3
    WHERE id = $1 AND epoch = $2 AND state = 'sending'
    RETURNING id, attempts
)
DELETE FROM attempts AS a USING back WHERE a.notification_id = back.id AND a.attempt = back.attempts + 1;

-- name: ways_used
SELECT channel, bool_or(state NOT IN ('failed', 'skipped')) AS hope, array_agg(address) AS addresses FROM notifications
WHERE case_id = $1 AND round = $2 AND recipient = $3 AND purpose = 'page' GROUP BY channel;

-- name: hurry
-- The first way whose turn had not come yet, because an earlier one was given time.
UPDATE notifications SET next_attempt_at = $4, planned_at = $4 WHERE id = (
    SELECT id FROM notifications
    WHERE case_id = $1 AND round = $2 AND recipient = $3 AND purpose = 'page' AND state = 'pending' AND attempts = 0
      AND next_attempt_at > $4 AND coalesce(not_before, $4) <= $4 AND NOT bundled
    ORDER BY next_attempt_at LIMIT 1 FOR UPDATE SKIP LOCKED
) RETURNING id;

-- name: name_at_provider
UPDATE notifications SET provider = $3, provider_id = coalesce(nullif(provider_id, ''), $2) WHERE id = $1;

-- name: name_attempt_at_provider
UPDATE attempts SET provider = $4, provider_id = coalesce(nullif(provider_id, ''), $3)
WHERE notification_id = $1 AND attempt = $2;

-- name: renew_leases
-- Leases are told by the clock of PostgreSQL: the clocks of two replicas may differ by more than a lease lasts.
UPDATE notifications AS n SET lease_until = clock_timestamp() + $3::interval
FROM unnest($1::uuid[], $2::int[]) AS held (id, epoch)
WHERE n.id = held.id AND n.epoch = held.epoch AND n.state = 'sending';

-- name: expire_leases
-- Whoever held these leases is gone, and nobody knows how far it had come.
WITH lost AS (
    UPDATE notifications SET state = 'ambiguous', next_attempt_at = $1, epoch = epoch + 1
    WHERE id IN (SELECT id FROM notifications WHERE state = 'sending' AND lease_until < clock_timestamp() FOR UPDATE SKIP LOCKED)
    RETURNING *
), noted AS (
    UPDATE attempts AS a SET outcome = 'ambiguous', code = 'interrupted', ended_at = $1
    FROM lost WHERE a.notification_id = lost.id AND a.attempt = lost.attempts AND a.outcome IS NULL
)
SELECT * FROM lost;

-- name: known_at_provider
-- A provider's ids that belong to other attempts, whoever they were to reach: two people may have one telephone. An attempt
-- that a call-back has named does not know its provider.
SELECT provider_id FROM attempts
WHERE provider IN ($1, '') AND started_at > $2 AND provider_id <> '' AND (notification_id, attempt) <> ($3, $4);

-- name: hold_found
-- Who looks for the same at the same time waits, and then finds whose it has become.
SELECT pg_advisory_xact_lock(hashtextextended($1, 0));

-- name: found_by_another
-- An attempt that a call-back has named does not know its provider.
SELECT EXISTS (SELECT FROM attempts
               WHERE provider_id = $4 AND provider IN ($3, '') AND (notification_id, attempt) <> ($1, $2));

-- name: name_told
UPDATE attempts SET provider_id = $3 WHERE notification_id = $1 AND attempt = $2 AND provider_id = '';

-- name: lose_found
-- What an attempt turns out to be known as was found for others: they are looked for again, with all that they brought.
WITH lost AS (
    UPDATE notifications AS n
    SET state = 'ambiguous', code = $4, provider_id = '', next_attempt_at = $5, repeat = n.repeat OR n.id = $1
    FROM attempts AS a
    WHERE a.provider_id = $3 AND a.provider_id <> '' AND a.code = 'found' AND (a.notification_id, a.attempt) <> ($1, $2)
      AND n.id = a.notification_id AND n.attempts = a.attempt AND n.state = 'accepted'
    RETURNING n.*
), noted AS (
    UPDATE attempts AS a SET provider_id = '', outcome = 'ambiguous', code = $4
    FROM lost WHERE a.notification_id = lost.id AND a.attempt = lost.attempts
), brought AS (
    UPDATE notifications AS n SET state = 'pending'
    FROM lost WHERE n.carrier = lost.id AND n.id <> lost.id AND n.state = 'accepted'
)
SELECT * FROM lost;

-- name: notification
SELECT n.*, a.outcome AS told
FROM notifications AS n LEFT JOIN attempts AS a ON a.notification_id = n.id AND a.attempt = n.attempts
WHERE n.id = $1;

-- name: by_provider_id
SELECT n.* FROM attempts AS a JOIN notifications AS n ON n.id = a.notification_id
WHERE a.provider = $1 AND a.provider_id = $2 AND $2 <> '' ORDER BY a.started_at DESC LIMIT 1;

-- name: page_to
-- The newest page by chat about the case of a number to a person who has such an address; $3 is a LIKE pattern.
-- Where it is known to be somebody's, it is not of who only says that it is theirs.
WITH holders AS (
    SELECT id, way ->> 'origin' IS NOT DISTINCT FROM 'self' AND way ->> 'verified_at' IS NULL AS doubted
    FROM contacts, jsonb_array_elements(addresses::jsonb) AS listed (way)
    WHERE position(':' IN id) = 0 AND way ->> 'kind' = $2 AND way ->> 'value' LIKE $3
)
SELECT * FROM notifications
WHERE purpose = 'page' AND channel = 'chat' AND (content::jsonb ->> 'number')::bigint = $1
  AND recipient IN (SELECT id FROM holders WHERE doubted = (SELECT bool_and(doubted) FROM holders))
ORDER BY created_at DESC, round DESC LIMIT 1;

-- name: pages_to
-- The newest pages by one channel to whoever has an address, those that they passed on last; `$1` is a JSON list with its
-- kind and value. Where it is known to be somebody's, it is not of who only says that it is theirs.
WITH known AS MATERIALIZED (SELECT id, addresses FROM contacts WHERE addresses::jsonb @> $1::jsonb), holders AS (
    SELECT id, way ->> 'origin' IS NOT DISTINCT FROM 'self' AND way ->> 'verified_at' IS NULL AS doubted
    FROM known, jsonb_array_elements(addresses::jsonb) AS listed (way)
    WHERE position(':' IN id) = 0 AND way @> ($1::jsonb -> 0)
)
SELECT * FROM notifications
WHERE recipient IN (SELECT id FROM holders WHERE doubted = (SELECT bool_and(doubted) FROM holders))
  AND channel = $2 AND created_at > $3 AND purpose = 'page' AND attempts > 0 AND state <> 'skipped'
ORDER BY code = 'declined', attempted_at DESC LIMIT 50;

-- name: lock_notification
-- A statement of its own: a join that had to wait for this lock would see the attempt as it was before.
SELECT FROM notifications WHERE id = $1 FOR UPDATE;

-- name: progress
UPDATE notifications
SET state = $2, code = $3, next_attempt_at = coalesce($4, next_attempt_at), repeat = repeat OR $5,
    provider_id = coalesce(nullif($6, ''), provider_id), tried = coalesce(nullif($7, ''), tried)
WHERE id = $1;

-- name: progress_attempt
UPDATE attempts SET outcome = $3, code = $4, ended_at = $5, provider_id = coalesce(nullif($6, ''), provider_id)
WHERE notification_id = $1 AND attempt = $2;

-- name: live_pages
SELECT * FROM notifications
WHERE case_id = $1 AND purpose = 'page' AND channel <> 'ticket' AND state NOT IN ('failed', 'skipped') ORDER BY id;

-- name: places
-- Since when pages of earlier rounds wait for a hand: nobody sends them any more, once others are asked.
SELECT channel, min(next_attempt_at) AS since FROM notifications
WHERE case_id = $1 AND track = $2 AND round < $3 AND purpose = 'page' AND channel <> 'ticket'
  AND state = 'pending' AND attempts = 0 AND NOT bundled AND next_attempt_at <= $4
GROUP BY channel;

-- name: explain
UPDATE notifications SET code = $2 WHERE id = ANY($1) AND state = 'pending' AND attempts = 0;

-- name: release
-- What waits for these people about a case that was less urgent before goes out now.
UPDATE notifications SET not_before = NULL, next_attempt_at = $4, planned_at = $4, rank = $3, code = '', bundled = false, carrier = NULL
WHERE case_id = $1 AND recipient = ANY($2) AND purpose = 'page' AND state = 'pending' AND attempts = 0
  AND rank > $3 AND next_attempt_at > $4
RETURNING id;

-- name: skip
-- Take back what has not gone out yet; a digest that brings others along looks at itself before it goes. What may have
-- gone out is looked up first: it may ring, or have a button.
UPDATE notifications SET state = 'skipped', code = $2
WHERE id = ANY($1) AND state = 'pending' AND (NOT bundled OR carrier IS DISTINCT FROM id)
RETURNING *;

-- name: answered_pages
-- The pages of a case that have not gone out and have been answered, with what decides whether that was all they ask for.
SELECT n.*, (SELECT state FROM folds WHERE key = n.case_id) AS fold, said.answered, NULL AS contact, '[]' AS windows
FROM notifications AS n
CROSS JOIN LATERAL (SELECT array_agg(person) AS answered FROM answered WHERE answered.id = n.id) AS said
WHERE n.case_id = $1 AND n.purpose = 'page' AND n.channel <> 'ticket' AND n.state = 'pending'
  AND said.answered IS NOT NULL;

-- name: forget_reporter
-- Take the id ($2) and name ($3) of who reported a case out of what was told of it, and their name out of what was told to
-- them, also of a case that theirs is handled as; what of that has not gone out does not. Whoever was asked stays known.
WITH told AS (
    UPDATE notifications
    SET content = (content::jsonb || jsonb_build_object('asker', '')
            || CASE WHEN content::jsonb ->> 'actor' = $3 THEN jsonb_build_object('actor', '') ELSE '{}' END)::text,
        name = CASE WHEN recipient = $2 AND purpose IN ('progress', 'result') THEN '' ELSE name END
    WHERE case_id = $1),
elsewhere AS (
    UPDATE notifications SET name = ''
    WHERE recipient = $2 AND case_id <> $1 AND purpose IN ('progress', 'result') AND content::jsonb ->> 'followup' = $1)
SELECT id FROM notifications
WHERE recipient = $2 AND purpose IN ('progress', 'result') AND $1 IN (case_id, content::jsonb ->> 'followup')
  AND state = 'pending';

-- name: close
-- What can still be answered or still rings is changed to say that it needs no answer; a digest speaks of others too.
UPDATE notifications SET closing_at = $2, closing_tries = 0, taken_by = $3, closing = $4
WHERE id = ANY($1) AND channel IN ('chat', 'phone', 'push') AND taken_by = '' AND NOT bundled
  AND state IN ('sending', 'ambiguous', 'accepted', 'delivered', 'answered', 'acknowledged');

-- name: claim_closing
-- What nobody knows to have gone out waits for its end: only then it has an id at the provider.
UPDATE notifications SET closing_at = $2, closing_tries = closing_tries + 1
WHERE id IN (
    SELECT id FROM (SELECT id FROM notifications
                    WHERE closing_at <= $1 AND state NOT IN ('sending', 'ambiguous') AND channel = 'phone'
                    ORDER BY closing_at LIMIT $3 FOR UPDATE SKIP LOCKED) AS calls
    UNION ALL
    SELECT id FROM (SELECT id FROM notifications
                    WHERE closing_at <= $1 AND state NOT IN ('sending', 'ambiguous') AND channel <> 'phone'
                    ORDER BY closing_at LIMIT $4 FOR UPDATE SKIP LOCKED) AS others
)
RETURNING *;

-- name: closed
UPDATE notifications SET closing_at = NULL WHERE id = $1;

-- name: calls_before
-- The calls before this attempt that the person has missed; one that a provider broke off is missed while that one calls.
SELECT count(*) FILTER (WHERE attempt < $2 AND provider_id <> '' AND code <> ALL($3)
                          AND NOT (code = ANY($4) AND provider <> $5)) AS missed,
       min(started_at) AS first_at
FROM attempts WHERE notification_id = $1;

-- name: claim_unheard
-- Calls by these providers of which more should have been told; what was accepted needs its next time for nothing else.
UPDATE notifications SET next_attempt_at = $5
WHERE id IN (
    SELECT id FROM notifications
    WHERE channel = 'phone' AND state IN ('accepted', 'delivered', 'answered') AND attempted_at BETWEEN $2 AND $3
      AND next_attempt_at <= $4 AND provider = ANY($1) AND provider_id <> ''
    ORDER BY attempted_at LIMIT 20 FOR UPDATE SKIP LOCKED
)
RETURNING *;

-- name: contacts_of
SELECT * FROM contacts WHERE id = ANY((SELECT $1::text[])::text[]);

-- name: directory
SELECT * FROM contacts ORDER BY id;

-- name: catch_all
SELECT * FROM contacts WHERE catch_all;

-- name: platform_owner
SELECT * FROM contacts WHERE platform_owner;

-- name: lock_contact
SELECT * FROM contacts WHERE id = $1 FOR UPDATE;

-- name: save_contact
UPDATE contacts SET addresses = $2, preferences = $3 WHERE id = $1;

-- name: hold_directory
-- Whoever changes one contact, or all of them, waits; reading goes on.
LOCK TABLE contacts IN EXCLUSIVE MODE;

-- name: clear_directory
DELETE FROM contacts;

-- name: add_contact
INSERT INTO contacts (id, name, language, catch_all, platform_owner, member_of, addresses, preferences)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: owner_of
-- The person whose address this surely is, by the directory before who has proven it; `$1` is a JSON list with its kind
-- and value. What only says that it is theirs is nobody's, and so is what two people have alike.
WITH known AS MATERIALIZED (SELECT id, name, addresses FROM contacts WHERE addresses::jsonb @> $1::jsonb), holders AS (
    SELECT id, name, min((way ->> 'origin' IS NOT DISTINCT FROM 'self')::int) AS doubt
    FROM known, jsonb_array_elements(addresses::jsonb) AS listed (way)
    WHERE position(':' IN id) = 0 AND way @> ($1::jsonb -> 0)
      AND (way ->> 'origin' IS DISTINCT FROM 'self' OR way ->> 'verified_at' IS NOT NULL)
    GROUP BY id, name
)
SELECT min(id) AS id, min(name) AS name FROM holders
WHERE doubt = (SELECT min(doubt) FROM holders) HAVING count(*) = 1;

-- name: log_of_case
SELECT n.*, (SELECT reason FROM maintenance WHERE id = n.held_by) AS window_reason, (
    SELECT coalesce(json_agg(a ORDER BY a.attempt), '[]') FROM attempts AS a WHERE a.notification_id = n.id
) AS made
FROM notifications AS n WHERE n.case_id = $1 ORDER BY n.created_at, n.rank, n.id LIMIT 1000;

-- name: add_acknowledgement
INSERT INTO acknowledgements (notification_id, case_id, round, person, name, via, at, traceparent, next_try_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT DO NOTHING;

-- name: acknowledgement
SELECT a.*, n.track FROM acknowledgements AS a JOIN notifications AS n ON n.id = a.notification_id WHERE notification_id = $1;

-- name: claim_acknowledgements
UPDATE acknowledgements SET next_try_at = $2, tries = tries + 1
WHERE notification_id IN (
    SELECT notification_id FROM acknowledgements WHERE state = 'pending' AND next_try_at <= $1
    ORDER BY next_try_at LIMIT 20 FOR UPDATE SKIP LOCKED
)
RETURNING *, (SELECT track FROM notifications WHERE id = notification_id) AS track;

-- name: settle_acknowledgement
UPDATE acknowledgements SET state = $2, taken_by = $3 WHERE notification_id = $1 AND state = 'pending' RETURNING state;

-- name: postpone_acknowledgement
UPDATE acknowledgements SET next_try_at = $2 WHERE notification_id = $1 AND state = 'pending';

-- name: hold_talk
-- What somebody says at once is taken one after the other, also before there is a row.
SELECT pg_advisory_xact_lock(hashtextextended($1, 0));

-- name: lock_talk
-- The report that somebody is making.
SELECT talk FROM talks WHERE key = $1 FOR UPDATE;

-- name: save_talk
INSERT INTO talks (key, talk, at) VALUES ($1, $2, $3)
ON CONFLICT (key) DO UPDATE SET talk = excluded.talk, at = excluded.at;

-- name: end_talk
-- Only the talk that is meant: another one may have begun since.
DELETE FROM talks WHERE key = $1 AND ($2 = '' OR talk::json ->> 'id' = $2);

-- name: room_for_precedents
-- Whether a person has been told already how a case's like were solved ($1), and whether they have had more messages by a
-- channel since $4 than come one by one.
SELECT EXISTS (SELECT FROM notifications WHERE id = $1) AS told,
       bundling.after > 0 AND bundling.after < (SELECT count(*) FROM (
           SELECT FROM notifications AS n
           WHERE n.recipient = $2 AND n.channel = $3 AND n.created_at > $4 AND n.state <> 'skipped'
           LIMIT bundling.after + 1) AS got) AS much
FROM bundling;

-- name: forget_cases
DELETE FROM notifications WHERE case_id = ANY($1);

-- name: forget_talks
DELETE FROM talks WHERE at < $1;

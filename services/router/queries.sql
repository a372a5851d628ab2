-- name: newest_policy
-- The policy in force, with all but its files.
SELECT version, digest, files_digest, origin, published_at, published_by, published_by_id, why, restores, body
FROM policy_versions ORDER BY version DESC LIMIT 1;

-- name: newest_policy_number
-- Whether there is anything newer; asked every two seconds.
SELECT coalesce(max(version), 0) FROM policy_versions;

-- name: files_published_last
-- What the files held when a version was last made of them.
SELECT files_digest FROM policy_versions WHERE origin = 'files' ORDER BY version DESC LIMIT 1;

-- name: is_beside_another_release
-- Whether a process of another release of the router is at work too.
SELECT EXISTS (
    SELECT FROM pg_stat_activity
    WHERE datname = current_database() AND usename = current_user AND application_name LIKE 'tasuki %'
        AND application_name <> current_setting('application_name')
);

-- name: policy_version
-- One version with everything.
SELECT version, digest, files_digest, origin, published_at, published_by, published_by_id, why, restores, body, files
FROM policy_versions WHERE version = $1;

-- name: policy_history
-- One page of versions, the newest first.
SELECT version, digest, files_digest, origin, published_at, published_by, published_by_id, why, restores
FROM policy_versions WHERE version < $1 ORDER BY version DESC LIMIT $2;

-- name: lock_policies
-- One publication at a time.
LOCK TABLE policy_versions IN EXCLUSIVE MODE;

-- name: add_policy
-- Puts the next version into force.
INSERT INTO policy_versions
    (version, digest, files_digest, origin, published_at, published_by, published_by_id, why, restores, body, files)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);

-- name: keep_case
-- What similar reports, hand-overs and digests look an open case up by.
INSERT INTO open_cases (case_id, number, team, product, said, at, load, lead, leads, taken, awaiting, schedules)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
ON CONFLICT (case_id) DO UPDATE
SET team = excluded.team, product = excluded.product, said = excluded.said, load = excluded.load, lead = excluded.lead,
    leads = excluded.leads, taken = excluded.taken, awaiting = excluded.awaiting, schedules = excluded.schedules;

-- name: close_cases
DELETE FROM open_cases WHERE case_id = ANY($1);

-- name: unacknowledged
-- Since when the oldest case of each load waits for an answer; canaries, by their product and source, do not count.
SELECT load, min(at) AS since FROM open_cases
WHERE awaiting AND lead = '' AND NOT (product = $1 AND EXISTS (
    SELECT FROM folds WHERE key = case_id AND state::jsonb #>> '{submitted,source}' = $2
)) GROUP BY load;

-- name: recent_cases
-- The newest open cases of a team, to be compared with a new report.
SELECT case_id, number, at, product, said, lead, leads, taken FROM open_cases
WHERE team = $1 AND at >= $2 ORDER BY at DESC LIMIT $3;

-- name: lock_gathering
SELECT pg_advisory_xact_lock(hashtext('gathering'), hashtext($1));

-- name: cases_of_part
SELECT case_id FROM open_cases
WHERE (schedules @> ARRAY[$1::text] OR ($4 AND schedules = '{}')) AND awaiting = $2 AND lead = '' ORDER BY at LIMIT $3;

-- name: cases_of_load
SELECT case_id FROM open_cases WHERE load = $1 AND awaiting ORDER BY at;

-- name: on_duty
-- Who was on duty when that was last looked at.
SELECT person FROM duty WHERE schedule = $1;

-- name: lock_duty
SELECT pg_advisory_xact_lock(hashtext('duty'), hashtext($1));

-- name: keep_duty
INSERT INTO duty (schedule, person, since) VALUES ($1, $2, $3)
ON CONFLICT (schedule) DO UPDATE SET person = excluded.person, since = excluded.since;

-- name: begin_digest
-- Nothing when this digest has gone out.
INSERT INTO digests (at) VALUES ($1) ON CONFLICT DO NOTHING RETURNING at;

-- name: archive_cases
-- Finished cases, by when.
INSERT INTO archived_cases (case_id, resolved_at) SELECT * FROM unnest($1::text[], $2::timestamptz[])
ON CONFLICT (case_id) DO UPDATE SET resolved_at = excluded.resolved_at;

-- name: unarchive_cases
-- Cases that were opened again.
DELETE FROM archived_cases WHERE case_id = ANY($1);

-- name: archived_folds
-- One page of the finished cases since an instant, the newest first, before the last one of the page before.
SELECT a.case_id, a.resolved_at, f.state FROM archived_cases a JOIN folds f ON f.key = a.case_id
WHERE a.resolved_at >= $1 AND (a.resolved_at, a.case_id) < ($2::timestamptz, $3::text) AND f.state IS NOT NULL
ORDER BY a.resolved_at DESC, a.case_id DESC LIMIT $4;

-- name: keep_reassessment
-- A case was planned anew.
INSERT INTO reassessments (case_id, at, was, became, rules) VALUES ($1, $2, $3, $4, $5);

-- name: reassessments_since
-- What people changed.
SELECT case_id, was, became, rules FROM reassessments WHERE at >= $1 ORDER BY at;

-- name: begin_review
-- Nothing when this reminder has gone out.
INSERT INTO reviews (version, period) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING period;

-- name: review_begun
-- Whether this reminder has gone out.
SELECT true FROM reviews WHERE version = $1 AND period = $2;

-- name: counted_by
-- The version that the clocks of all open cases have been counted by; nothing before the first look.
SELECT version FROM counted_by;

-- name: keep_counted_by
INSERT INTO counted_by (version) VALUES ($1)
ON CONFLICT (one) DO UPDATE SET version = greatest(counted_by.version, excluded.version);

-- name: cases_to_recount
SELECT case_id FROM open_cases WHERE counted_by < $1 AND lead = '' ORDER BY case_id;

-- name: still_to_recount
-- Which of these cases nobody else has counted meanwhile; asked with their folds locked.
SELECT case_id, counted_by FROM open_cases WHERE case_id = ANY($1) AND counted_by < $2 ORDER BY case_id;

-- name: keep_recounted
UPDATE open_cases SET counted_by = $2 WHERE case_id = ANY($1);

-- name: version_in_force_at
-- Which version decided at an instant.
SELECT version FROM policy_versions WHERE published_at <= $1 ORDER BY version DESC LIMIT 1;

-- name: attendance_number
-- How often the attendance was changed; asked twice a second.
SELECT number FROM attendance_changes;

-- name: lock_attendance
-- One change at a time.
SELECT number FROM attendance_changes FOR UPDATE;

-- name: count_attendance_change
UPDATE attendance_changes SET number = number + 1 RETURNING number;

-- name: attendance_since
-- The newest entries that held at any time from $1 on, of presences those that hold at $2 or said "off".
SELECT number, kind, id, person, other, schedule, state, note, since, nullif(ends, 'infinity') AS until
FROM attendance
WHERE ends > $1 AND ends > since AND state NOT IN ('declined', 'cancelled')
    AND (kind <> 'presence' OR state = 'off' OR ends > $2)
ORDER BY number DESC LIMIT $3;

-- name: tell_attendance
INSERT INTO attendance (kind, id, person, other, schedule, state, note, since, until, told_at, told_by, told_by_name)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12);

-- name: cancel_attendance
-- Takes an absence or override back; what has passed of it stays.
UPDATE attendance SET changed_at = $3, changed_by = $4, changed_by_name = $5
WHERE kind = $1 AND id = $2 AND changed_at IS NULL;

-- name: replace_presence
-- Somebody says something else of themselves now.
UPDATE attendance SET changed_at = $2, changed_by = $3, changed_by_name = $4
WHERE kind = 'presence' AND person = $1 AND changed_at IS NULL;

-- name: answer_swap
-- The order in which swaps are accepted decides, so it goes to the end.
UPDATE attendance SET number = DEFAULT, state = $2, since = $3, changed_at = $4, changed_by = $5, changed_by_name = $6
WHERE kind = 'swap' AND id = $1;

-- name: attendance_entry
SELECT * FROM attendance WHERE kind = $1 AND id = $2;

-- name: attendance_entries
-- One page of entries that concern a person and a schedule (all when empty) and hold at some time within [$4, $5);
-- with $6 those too that were taken back.
SELECT * FROM attendance
WHERE kind = $1 AND ($2 = '' OR person = $2 OR other = $2) AND ($3 = '' OR schedule = $3) AND since < $5
    AND CASE WHEN $6 THEN coalesce(until, 'infinity') > $4
        ELSE ends > $4 AND ends > since AND state NOT IN ('declined', 'cancelled') END
    AND number > $7
ORDER BY number LIMIT $8;

-- name: courses_counted
-- The courses of the cases with ids from $1 to $3, together and by priority, team, kind, and kind in each week or month ($6, by the clock
-- of the zone $5), without those of the sources $4; `before` are those with ids below $2, and `part` says what a row is of.
-- The percentiles are values that occurred: the smallest that at least so much of them do not exceed.
SELECT id < $2 AS before, coalesce(priority, '') AS priority, team, kind,
       date_trunc($6, created_at AT TIME ZONE $5)::date AS starts,
       GROUPING(coalesce(priority, ''), team, kind, date_trunc($6, created_at AT TIME ZONE $5)::date) AS part,
       count(*) AS cases, count(*) FILTER (WHERE done_at IS NULL) AS open, count(*) FILTER (WHERE linked) AS linked,
       count(*) FILTER (WHERE reopened > 0) AS reopened, count(*) FILTER (WHERE late) AS late, sum(climbs)::int AS climbs,
       count(answered_in) AS answered, count(done_in) AS done,
       percentile_disc(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY answered_in) AS answered_in,
       percentile_disc(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY done_in) AS done_in
FROM courses WHERE id >= $1 AND id < $3 AND source <> ALL($4::text[])
GROUP BY GROUPING SETS ((id < $2), (id < $2, coalesce(priority, '')), (id < $2, team), (id < $2, kind),
                        (id < $2, kind, date_trunc($6, created_at AT TIME ZONE $5)::date));

-- name: courses_of
-- The courses behind a figure, with ids from $1 to $2 and without those of the sources $3; what is null of $4 to $6 is not asked. $7 is what
-- they have in common: all of them, or those that have that; the slowest first where it is a time, else the newest.
SELECT id, answered_in, done_in, reopened, climbs, late, linked, done_at, count(*) OVER () AS total
FROM courses
WHERE id >= $1 AND id < $2 AND source <> ALL($3::text[])
  AND ($4::text IS NULL OR coalesce(priority, '') = $4) AND ($5::text IS NULL OR team = $5) AND ($6::text IS NULL OR kind = $6)
  AND CASE $7 WHEN 'answered' THEN answered_in IS NOT NULL WHEN 'done' THEN done_in IS NOT NULL WHEN 'open' THEN done_at IS NULL
              WHEN 'reopened' THEN reopened > 0 WHEN 'late' THEN late WHEN 'climbs' THEN climbs > 0 WHEN 'linked' THEN linked ELSE true END
ORDER BY CASE $7 WHEN 'answered' THEN answered_in WHEN 'done' THEN done_in END DESC NULLS LAST, id DESC
LIMIT $8 OFFSET $9;

-- name: people_disturbed
-- Who was paged out loud ($4) for the cases with ids from $1 to $2, without those of the sources $3: how many pages, and in how many nights
-- (22:00 to 7:00 in the zone $5) and hours of the clock there.
SELECT told ->> 'recipient' AS recipient, count(DISTINCT told ->> 'notification_id') AS pages,
       count(DISTINCT (at - interval '7 hours')::date) FILTER (WHERE extract(hour FROM at) >= 22 OR extract(hour FROM at) < 7) AS nights,
       count(DISTINCT date_trunc('hour', at)) AS hours
FROM (SELECT line.at AT TIME ZONE $5 AS at, line.body::jsonb AS told
      FROM cases JOIN timeline AS line ON line.case_id = cases.id
      WHERE cases.id >= $1 AND cases.id < $2 AND cases.source <> ALL($3::text[]) AND line.type = 'notification.attempted.v1'
      OFFSET 0) AS page  -- so that each body is taken apart once
WHERE told ->> 'purpose' = 'page' AND told ->> 'channel' = ANY($4::text[])
  AND told ->> 'outcome' IN ('accepted', 'delivered', 'answered', 'acknowledged')
GROUP BY 1 ORDER BY nights DESC, pages DESC, recipient LIMIT 50;

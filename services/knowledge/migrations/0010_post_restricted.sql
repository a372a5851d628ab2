-- Records of cases that a rule restricts, archived by a release that keeps the plan and does not look at that (ADR 40): all of the team found
-- them. What was written meanwhile is left alone.
WITH planned AS MATERIALIZED (
    SELECT key, state FROM folds WHERE position('"restricted":true' IN state) > 0
)
UPDATE archive SET restricted = true, changed_at = now(),
    sight = jsonb_set(archive.sight::jsonb, '{restricted}', 'true')::text
FROM planned WHERE planned.key = archive.case_id AND NOT archive.restricted AND archive.changed_at < now()
    AND planned.state::jsonb #>> '{plan,restricted}' = 'true';

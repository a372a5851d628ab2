-- What a rule restricts was written as open to the team by releases that keep the plan and do not look at that (ADR 40). The text of a fold
-- is looked through before it is taken apart, and what was written meanwhile is left alone.
WITH planned AS MATERIALIZED (
    SELECT key, state FROM folds WHERE position('"restricted":true' IN state) > 0
)
UPDATE cases SET restricted = true
FROM planned WHERE planned.key = cases.id AND NOT cases.restricted AND cases.updated_at < now()
    AND planned.state::jsonb #>> '{plan,restricted}' = 'true';

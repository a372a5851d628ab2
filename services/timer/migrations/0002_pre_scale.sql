-- One moment for each clock, the warning or the breach, whichever comes first, found by priority: in a storm P1 is said first.
ALTER TABLE deadlines
    ADD COLUMN wakes_at timestamptz GENERATED ALWAYS AS (least(warn_at, fire_at)) STORED,
    ADD COLUMN said integer NOT NULL DEFAULT 0,
    ADD COLUMN again_at timestamptz;
CREATE INDEX deadlines_wake ON deadlines (priority, wakes_at) WHERE NOT fired;
-- Said and not yet read back from the log; when it is to be said again.
CREATE INDEX deadlines_again ON deadlines (again_at) WHERE again_at IS NOT NULL;

-- Cases for which a clock ought to run; since when a plan or a clock is missing, and how often that was raised.
CREATE TABLE open_cases (
    case_id text PRIMARY KEY,
    planned boolean NOT NULL,
    since timestamptz NOT NULL,
    missing_since timestamptz,
    raised integer NOT NULL DEFAULT 0
);
CREATE INDEX open_cases_missing ON open_cases (missing_since) WHERE missing_since IS NOT NULL;
INSERT INTO open_cases (case_id, planned, since)
SELECT key, true, now() FROM folds
WHERE state IS NOT NULL AND state::jsonb ->> 'status' <> 'done' AND state::jsonb ->> 'waiting' = ''
  AND state::jsonb #> '{plan,levels}' <> '[]';

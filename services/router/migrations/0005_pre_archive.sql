-- The finished cases by when they were finished, and what people changed: for replays and reviews of the policy. The folds hold the rest.
CREATE TABLE archived_cases (case_id text PRIMARY KEY, resolved_at timestamptz NOT NULL);
CREATE INDEX archived_cases_newest ON archived_cases (resolved_at, case_id);
INSERT INTO archived_cases
SELECT key, (state::jsonb ->> 'resolved_at')::timestamptz FROM folds
WHERE state IS NOT NULL AND state::jsonb ->> 'status' = 'done' AND state::jsonb ->> 'resolved_at' IS NOT NULL;

CREATE TABLE reassessments (
    case_id text NOT NULL,
    at timestamptz NOT NULL,
    was text NOT NULL,
    became text NOT NULL,
    rules text[] NOT NULL
);
CREATE INDEX reassessments_at ON reassessments (at);

-- Which reminders to review the policy have gone out.
CREATE TABLE reviews (version integer NOT NULL, period integer NOT NULL, PRIMARY KEY (version, period));

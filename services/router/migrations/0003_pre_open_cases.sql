-- The open cases, as far as similar reports, hand-overs of shifts and digests are looked up by them; the folds hold the truth.
CREATE TABLE open_cases (
    case_id text PRIMARY KEY,
    number integer NOT NULL,
    team text NOT NULL,
    product text NOT NULL,
    said text NOT NULL,
    at timestamptz NOT NULL,
    load integer NOT NULL,
    lead text NOT NULL,
    leads boolean NOT NULL,
    taken boolean NOT NULL,
    awaiting boolean NOT NULL,
    schedules text[] NOT NULL
);
CREATE INDEX open_cases_recent ON open_cases (team, at);
CREATE INDEX open_cases_schedules ON open_cases USING gin (schedules);
CREATE INDEX open_cases_load ON open_cases (load) WHERE awaiting;

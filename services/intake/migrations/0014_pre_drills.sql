-- Drills: planned, running and held. `key` and `fingerprint` make a repeat recognisable; `why` is what a drill waits for,
-- was missed for, or how it ended.
CREATE TABLE drills (
    id text PRIMARY KEY,
    key text NOT NULL UNIQUE,
    fingerprint text NOT NULL,
    team text NOT NULL,
    team_name text NOT NULL,
    kind text NOT NULL,
    urgency text NOT NULL,
    impact text NOT NULL,
    title text NOT NULL,
    facts text NOT NULL,
    language text NOT NULL,
    announced boolean NOT NULL,
    minutes int NOT NULL,
    starts_at timestamptz NOT NULL,
    by_id text NOT NULL,
    by_kind text NOT NULL,
    by_name text NOT NULL,
    made_at timestamptz NOT NULL,
    state text NOT NULL DEFAULT 'planned',
    why text NOT NULL DEFAULT '',
    case_id text NOT NULL DEFAULT '',
    number bigint NOT NULL DEFAULT 0,
    started_at timestamptz,
    ended_at timestamptz,
    ended_by text NOT NULL DEFAULT ''
);
CREATE INDEX drills_going_on ON drills (starts_at) WHERE state IN ('planned', 'running');
CREATE UNIQUE INDEX drills_one_of_a_team ON drills (team) WHERE state = 'running';

-- The newest record of each resolved case, and what it said before it was reopened.
CREATE TABLE archive (
    case_id text PRIMARY KEY,
    version integer NOT NULL,
    record text NOT NULL,
    changed_at timestamptz NOT NULL
);
CREATE INDEX archive_changed ON archive (changed_at);

CREATE TABLE archive_history (
    case_id text NOT NULL,
    version integer NOT NULL,
    record text NOT NULL,
    PRIMARY KEY (case_id, version)
);

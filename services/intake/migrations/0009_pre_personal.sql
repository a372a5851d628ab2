-- The organisation's own key, sealed by the master key: what wraps the keys of cases, and makes digests that nobody else can make.
CREATE TABLE organisation_keys (
    id smallint PRIMARY KEY CHECK (id = 1),
    sealed bytea NOT NULL,
    made_at timestamptz NOT NULL
);

-- One key for each case in which something personal was masked; without it what was masked can be read by nobody.
CREATE TABLE case_keys (
    case_id text PRIMARY KEY,
    wrapped bytea NOT NULL,
    made_at timestamptz NOT NULL
);

-- What people wrote where marks stand now (JSON: field → text), by the event that says it with marks, sealed by the key of the case.
CREATE TABLE originals (
    event_id uuid PRIMARY KEY,
    case_id text NOT NULL,
    sealed bytea NOT NULL,
    at timestamptz NOT NULL
);
CREATE INDEX originals_case ON originals (case_id);

-- In which cases a number or an address stood, by a digest under the organisation's key.
CREATE TABLE finds (
    digest bytea NOT NULL,
    case_id text NOT NULL,
    kind text NOT NULL,
    PRIMARY KEY (digest, case_id)
);
CREATE INDEX finds_case ON finds (case_id);

-- What senders sent is sealed too.
ALTER TABLE deliveries ADD COLUMN bytes int NOT NULL DEFAULT 0, ADD COLUMN sealed boolean NOT NULL DEFAULT false;
UPDATE deliveries SET bytes = octet_length(body);
ALTER TABLE quarantine ADD COLUMN sealed boolean NOT NULL DEFAULT false, ADD COLUMN warned_at timestamptz;
CREATE INDEX quarantine_at ON quarantine (at);

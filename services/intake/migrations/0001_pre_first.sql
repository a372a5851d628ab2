-- The front door's own tables: who may enter, what was answered, and how each case is shown in lists.
CREATE TABLE tokens (
    id text PRIMARY KEY,
    name text NOT NULL,
    digest bytea NOT NULL,
    scopes text[] NOT NULL,
    actor text NOT NULL,
    created_at timestamptz NOT NULL,
    revoked_at timestamptz
);

CREATE SEQUENCE case_numbers;

CREATE TABLE cases (
    id text PRIMARY KEY,
    number bigint NOT NULL UNIQUE,
    status text NOT NULL,
    priority text,
    owner text,
    words text NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX cases_open ON cases (id) WHERE status <> 'done';
CREATE INDEX cases_owner ON cases (owner, id);

-- Which case belongs to which ticket or group of alerts, and what is known of those alerts (JSON).
CREATE TABLE externals (
    system text NOT NULL,
    external_id text NOT NULL,
    case_id text NOT NULL,
    alerts text NOT NULL,
    PRIMARY KEY (system, external_id)
);

CREATE TABLE idempotency (
    scope text NOT NULL,
    key text NOT NULL,
    fingerprint bytea NOT NULL,
    case_id text NOT NULL,
    answer text NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (scope, key)
);
CREATE INDEX idempotency_at ON idempotency (at);

CREATE TABLE deliveries (
    source text NOT NULL,
    delivery_id text NOT NULL,
    verdict text NOT NULL,
    case_id text,
    number bigint,
    body bytea NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (source, delivery_id)
);
CREATE INDEX deliveries_at ON deliveries (at);

CREATE TABLE quarantine (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source text NOT NULL,
    delivery_id text NOT NULL,
    reason_ja text NOT NULL,
    reason_en text NOT NULL,
    body bytea NOT NULL,
    at timestamptz NOT NULL
);

-- Every event of a case as read from the logs. The words are made when it is read.
CREATE TABLE timeline (
    event_id uuid PRIMARY KEY,
    case_id text NOT NULL,
    topic text NOT NULL,
    partition int NOT NULL,
    "offset" bigint NOT NULL,
    at timestamptz NOT NULL,
    type text NOT NULL,
    body text NOT NULL
);
CREATE INDEX timeline_case ON timeline (case_id);

-- Critical cases that are not known to have reached Kafka; the direct road to the notifier looks here.
CREATE TABLE urgent (
    case_id text PRIMARY KEY,
    slot smallint NOT NULL,
    submitted text NOT NULL,
    submitted_at timestamptz NOT NULL,
    leased_until timestamptz,
    paged_at timestamptz
);

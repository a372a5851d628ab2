-- What is set up to send to us: which sender each is, who is told of trouble, and what else the sender needs (JSON).
CREATE TABLE sources (
    id text PRIMARY KEY,
    sender text NOT NULL,
    name text NOT NULL,
    owner text NOT NULL,
    options text NOT NULL,
    enabled boolean NOT NULL,
    version int NOT NULL,
    created_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL
);

-- Their secrets, sealed; several are in force while one is being replaced.
CREATE TABLE source_secrets (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source text NOT NULL REFERENCES sources,
    sealed bytea NOT NULL,
    made_at timestamptz NOT NULL,
    ends_at timestamptz
);
CREATE INDEX source_secrets_source ON source_secrets (source);

-- The last requests that were not believed: what was wrong and how they looked, nothing of what they held.
CREATE TABLE rejections (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source text NOT NULL,
    reason text NOT NULL,
    looks text NOT NULL,
    bytes int NOT NULL,
    at timestamptz NOT NULL
);
CREATE INDEX rejections_source ON rejections (source, id);

-- The hour in which the owner of a source was last told that something is set aside.
CREATE TABLE troubles (
    source text PRIMARY KEY,
    hour timestamptz NOT NULL
);

-- What is set aside keeps all that its reading needs, so that a replay sees the same request.
ALTER TABLE quarantine ADD COLUMN headers text NOT NULL DEFAULT '{}', ADD COLUMN url text NOT NULL DEFAULT '';
CREATE INDEX quarantine_delivery ON quarantine (source, delivery_id);
CREATE INDEX deliveries_source ON deliveries (source, at);

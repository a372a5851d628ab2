-- What every service keeps beside its own tables: events to publish, event ids handled, and the fold of each case.
CREATE TABLE outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    slot smallint NOT NULL,
    topic text NOT NULL,
    key text NOT NULL,
    headers text NOT NULL,
    body bytea NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE INDEX outbox_slot ON outbox (slot, id);

CREATE TABLE inbox (
    event_id uuid PRIMARY KEY,
    at timestamptz NOT NULL
);
CREATE INDEX inbox_at ON inbox (at);

CREATE TABLE folds (
    key text PRIMARY KEY,
    state text,
    pending text NOT NULL DEFAULT '[]'
);

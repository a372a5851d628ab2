-- Files that are being taken in: the parts as they came, and how far it has gone.
CREATE TABLE imports (
    id uuid PRIMARY KEY,
    format text NOT NULL,
    dry_run boolean NOT NULL,
    publish boolean NOT NULL,
    by_whom text NOT NULL,
    created_at timestamptz NOT NULL,
    state text NOT NULL,
    seen integer NOT NULL DEFAULT 0,
    total integer,
    added integer NOT NULL DEFAULT 0,
    changed integer NOT NULL DEFAULT 0,
    same integer NOT NULL DEFAULT 0,
    bad_rows integer NOT NULL DEFAULT 0,
    bad text NOT NULL DEFAULT '[]'
);

CREATE TABLE import_parts (
    import_id uuid NOT NULL REFERENCES imports ON DELETE CASCADE,
    number integer NOT NULL,
    body bytea NOT NULL,
    PRIMARY KEY (import_id, number)
);

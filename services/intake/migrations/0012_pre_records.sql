-- A secret proves who sends to us, or opens the sender's own API to us.
ALTER TABLE source_secrets ADD COLUMN purpose text NOT NULL DEFAULT 'proof' CHECK (purpose IN ('proof', 'api'));

-- How far the records of each source have been looked through, and what has gone wrong since the last time it went right.
CREATE TABLE record_looks (
    source text PRIMARY KEY REFERENCES sources,
    since timestamptz NOT NULL,
    next_at timestamptz NOT NULL,
    looked_at timestamptz,
    failures int NOT NULL DEFAULT 0,
    problem text NOT NULL DEFAULT ''
);

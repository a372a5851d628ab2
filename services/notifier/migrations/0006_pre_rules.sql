-- People decide themselves how they are reached, and prove that an address is theirs.
ALTER TABLE contacts
    ADD COLUMN preferences text NOT NULL DEFAULT '{}',  -- JSON: rules, windows, zone, language
    ADD COLUMN member_of text NOT NULL DEFAULT '[]';    -- JSON: ids of the teams of the directory

-- Codes that were sent to addresses: only their keyed hash is kept, and the address is part of it.
CREATE TABLE codes (
    id uuid PRIMARY KEY,            -- the notification that carries it
    person text NOT NULL,
    address text NOT NULL,
    hash text NOT NULL,
    made_at timestamptz NOT NULL,
    tries smallint NOT NULL DEFAULT 0
);
CREATE INDEX codes_person ON codes (person, made_at DESC);

-- The days on which it was looked who cannot be reached; one process a day does it.
CREATE TABLE roll_calls (
    day date PRIMARY KEY,
    missing integer NOT NULL,
    called_at timestamptz NOT NULL
);

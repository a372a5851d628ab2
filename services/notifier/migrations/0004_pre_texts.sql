-- What an organisation has put in the place of the standard texts; the newest change of a text is in force.
CREATE TABLE texts (
    version integer PRIMARY KEY,     -- of all texts together, so that "anything new?" is one number
    language text NOT NULL,
    name text NOT NULL,
    body text,                       -- empty: the standard text again
    changed_by text NOT NULL,
    changed_by_id text NOT NULL,
    why text NOT NULL,
    changed_at timestamptz NOT NULL,
    restores integer,                -- the version that was brought back
    broken text NOT NULL DEFAULT ''  -- what was wrong with it when it was to be sent: {"line": 3, "ja": …, "en": …}
);
CREATE INDEX texts_of_one ON texts (language, name, version DESC);

-- What was searched for, with personal data masked; `who` tells searchers apart for one day and names nobody.
CREATE TABLE searches (
    id uuid PRIMARY KEY,
    at timestamptz NOT NULL,
    who text NOT NULL,
    words text NOT NULL,
    folded text NOT NULL,
    audience text NOT NULL,
    best text NOT NULL,
    offered text[] NOT NULL
);
CREATE INDEX searches_at ON searches (at);

-- What came of an answer: opened, solved it, did not, made a report needless; each once a day and searcher.
CREATE TABLE uses (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    who text NOT NULL,
    search_id uuid,
    target text NOT NULL,
    what text NOT NULL,
    audience text NOT NULL,
    UNIQUE (who, target, what)
);
CREATE INDEX uses_at ON uses (at);
CREATE INDEX uses_of ON uses (target, what);
CREATE INDEX uses_of_search ON uses (search_id);

-- Suggestions that somebody has accepted or does not want to see again.
CREATE TABLE decided (
    id text PRIMARY KEY,
    verdict text NOT NULL,
    by_whom text NOT NULL,
    at timestamptz NOT NULL
);

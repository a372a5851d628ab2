-- People who are logged in with a browser: of what the browser holds only a digest is kept. `given` are the roles that their
-- groups gave them when they logged in, `hint` is what the provider wants to hear at their logout, sealed.
CREATE TABLE sessions (
    digest bytea PRIMARY KEY,
    ref text NOT NULL UNIQUE,
    person text NOT NULL,
    name text NOT NULL,
    how text NOT NULL CHECK (how IN ('link', 'oidc')),
    given text[] NOT NULL,
    hint bytea,
    created_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL,
    ended_at timestamptz,
    ended_by text NOT NULL DEFAULT ''
);
CREATE INDEX sessions_person ON sessions (person);

-- Links that were printed on the terminal of the server, each good for one login.
CREATE TABLE login_links (
    digest bytea PRIMARY KEY,
    person text NOT NULL,
    name text NOT NULL,
    made_at timestamptz NOT NULL,
    used_at timestamptz
);

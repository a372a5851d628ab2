-- Every version of the policy that was ever in force.
CREATE TABLE policy_versions (
    version integer PRIMARY KEY,
    digest text NOT NULL,
    body text NOT NULL,
    published_at timestamptz NOT NULL,
    published_by text NOT NULL,
    why text NOT NULL
);

-- The place of each line among all that the logs told, in the order of the commits: streams and webhooks go on from a place.
-- Lines of before this migration have none, and nobody goes on from there.
CREATE SEQUENCE timeline_places;
ALTER TABLE timeline ADD COLUMN place bigint;
ALTER TABLE timeline ALTER COLUMN place SET DEFAULT nextval('timeline_places');
CREATE INDEX timeline_place ON timeline (place) WHERE place IS NOT NULL AND topic = 'tasuki.cases';

-- Who is told of changes by webhook, and up to which place they were; `done` are later places that they have already.
CREATE TABLE subscriptions (
    id text PRIMARY KEY,
    name text NOT NULL,
    url text NOT NULL,
    types text[] NOT NULL,
    teams text[] NOT NULL,
    language text NOT NULL,
    token text NOT NULL,
    made_by text NOT NULL,
    state text NOT NULL,
    reason text NOT NULL,
    version int NOT NULL,
    place bigint NOT NULL,
    done bigint[] NOT NULL DEFAULT '{}',
    tries int NOT NULL DEFAULT 0,
    failing_since timestamptz,
    next_at timestamptz NOT NULL,
    leased_until timestamptz,
    created_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL
);

CREATE TABLE subscription_secrets (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    subscription text NOT NULL REFERENCES subscriptions ON DELETE CASCADE,
    sealed bytea NOT NULL,
    made_at timestamptz NOT NULL,
    ends_at timestamptz
);
CREATE INDEX subscription_secrets_subscription ON subscription_secrets (subscription);

-- The last requests of each subscription, and what came of them.
CREATE TABLE subscription_deliveries (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    subscription text NOT NULL REFERENCES subscriptions ON DELETE CASCADE,
    event_id text NOT NULL,
    type text NOT NULL,
    status int,
    problem text NOT NULL,
    milliseconds int NOT NULL,
    at timestamptz NOT NULL
);
CREATE INDEX subscription_deliveries_subscription ON subscription_deliveries (subscription, id);

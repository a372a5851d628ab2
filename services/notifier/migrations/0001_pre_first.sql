-- The directory, the ledger of what was sent to whom, and acknowledgements on their way to intake.
CREATE TABLE contacts (
    id text PRIMARY KEY,  -- a person's id, or team:<id>
    name text NOT NULL,
    language text NOT NULL,
    phone text NOT NULL,
    email text NOT NULL,
    chat text NOT NULL,
    catch_all boolean NOT NULL
);
CREATE UNIQUE INDEX contacts_catch_all ON contacts (catch_all) WHERE catch_all;

CREATE TABLE notifications (
    id uuid PRIMARY KEY,
    case_id text NOT NULL,
    purpose text NOT NULL,
    channel text NOT NULL,
    recipient text NOT NULL,
    name text NOT NULL,
    round integer NOT NULL,
    after integer NOT NULL,
    rank smallint NOT NULL,
    content text NOT NULL,
    traceparent text NOT NULL,
    state text NOT NULL DEFAULT 'pending',
    code text NOT NULL DEFAULT '',
    attempts integer NOT NULL DEFAULT 0,
    lookups integer NOT NULL DEFAULT 0,
    epoch integer NOT NULL DEFAULT 0,
    repeat boolean NOT NULL DEFAULT false,
    provider_id text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL,
    next_attempt_at timestamptz NOT NULL,
    attempted_at timestamptz,
    lease_until timestamptz,
    closing_at timestamptz,   -- due: the message is to be changed to "somebody has it"
    closing_tries smallint NOT NULL DEFAULT 0,
    taken_by text NOT NULL DEFAULT ''
);
CREATE INDEX notifications_due ON notifications (channel, rank, next_attempt_at) WHERE state IN ('pending', 'ambiguous');
CREATE INDEX notifications_leased ON notifications (lease_until) WHERE state = 'sending';
CREATE INDEX notifications_closing ON notifications (closing_at) WHERE closing_at IS NOT NULL;
CREATE INDEX notifications_case ON notifications (case_id, created_at);
CREATE INDEX notifications_recent ON notifications (recipient, channel, created_at);

CREATE TABLE attempts (
    notification_id uuid NOT NULL REFERENCES notifications ON DELETE CASCADE,
    attempt integer NOT NULL,
    started_at timestamptz NOT NULL,
    ended_at timestamptz,
    provider_id text NOT NULL DEFAULT '',
    outcome text,             -- empty while the provider has not answered
    code text NOT NULL DEFAULT '',
    PRIMARY KEY (notification_id, attempt)
);

CREATE TABLE acknowledgements (
    notification_id uuid PRIMARY KEY REFERENCES notifications ON DELETE CASCADE,
    case_id text NOT NULL,
    round integer NOT NULL,
    person text NOT NULL,
    name text NOT NULL,
    via text NOT NULL,
    at timestamptz NOT NULL,
    traceparent text NOT NULL,
    state text NOT NULL DEFAULT 'pending',  -- pending | told | taken (somebody else has it) | refused
    taken_by text NOT NULL DEFAULT '',
    next_try_at timestamptz NOT NULL,
    tries integer NOT NULL DEFAULT 0
);
CREATE INDEX acknowledgements_due ON acknowledgements (next_try_at) WHERE state = 'pending';
CREATE INDEX acknowledgements_case ON acknowledgements (case_id);

-- Storms: when something is meant to go out, after how many messages the rest comes in digests, windows of maintenance
-- in which nobody is paged, and how the providers do.
ALTER TABLE notifications
    ADD COLUMN planned_at timestamptz NOT NULL DEFAULT now(),  -- when it would go out by itself
    ADD COLUMN held_by uuid;                                   -- the maintenance window that keeps it back
CREATE INDEX notifications_planned ON notifications (recipient, channel, planned_at) WHERE NOT bundled;
CREATE INDEX notifications_carriers ON notifications (recipient, channel, attempted_at) WHERE carrier = id;
CREATE INDEX notifications_digests ON notifications (next_attempt_at)
    WHERE bundled AND state = 'pending' AND carrier IS NULL;
CREATE INDEX notifications_riding ON notifications (carrier) WHERE carrier IS NOT NULL AND state = 'pending';
CREATE INDEX notifications_held ON notifications (held_by) WHERE held_by IS NOT NULL AND state = 'pending';
ALTER TABLE attempts ADD COLUMN scope text NOT NULL DEFAULT '';  -- of what failed for good: target, channel, account
CREATE INDEX attempts_of_provider ON attempts (provider, started_at DESC);
CREATE INDEX attempts_failed ON attempts (provider, started_at DESC) WHERE outcome IN ('failed', 'retryable');

CREATE TABLE bundling (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    after integer NOT NULL   -- messages to one recipient by one channel within ten minutes; 0: nothing is bundled
);
INSERT INTO bundling (after) VALUES (5);

CREATE TABLE maintenance (
    id uuid PRIMARY KEY,
    team text NOT NULL,
    product text NOT NULL,
    source text NOT NULL,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    reason text NOT NULL,
    by_id text NOT NULL,
    by_name text NOT NULL,
    p1 boolean NOT NULL,     -- whether a P1 waits as well
    created_at timestamptz NOT NULL,
    begun_at timestamptz,    -- when what had gone out before was withdrawn
    ended_at timestamptz,    -- taken back before its end
    ended_by text NOT NULL DEFAULT ''
);
CREATE INDEX maintenance_open ON maintenance (ends_at) WHERE ended_at IS NULL;
CREATE VIEW windows_now AS
SELECT coalesce(json_agg(m)::text, '[]') AS windows
FROM maintenance AS m WHERE ended_at IS NULL AND ends_at > now() AND starts_at <= now();

CREATE TABLE resting (
    provider text PRIMARY KEY,
    until timestamptz NOT NULL   -- the provider fails too often and is left alone so long
);

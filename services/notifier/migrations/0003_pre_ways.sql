-- People are reached in several ways; notifications know by which address and provider they go, and attempts by which
-- they went. What comes in masses stands in a digest: `carrier` is the notification that brings the others along.
ALTER TABLE contacts
    ADD COLUMN addresses text NOT NULL DEFAULT '[]',  -- JSON: id, kind, value, label, origin, verified_at, broken
    ADD COLUMN platform_owner boolean NOT NULL DEFAULT false;
UPDATE contacts SET addresses = (
    SELECT coalesce(json_agg(json_build_object('id', kind, 'kind', kind, 'value', value)), '[]')::text
    FROM (VALUES ('phone', phone), ('slack', chat), ('email', email)) AS old (kind, value) WHERE value <> ''
);
ALTER TABLE contacts DROP COLUMN phone, DROP COLUMN chat, DROP COLUMN email;
CREATE UNIQUE INDEX contacts_platform_owner ON contacts (platform_owner) WHERE platform_owner;

ALTER TABLE notifications
    ADD COLUMN address text NOT NULL DEFAULT '',   -- the id of the address it is meant for; empty: the best one
    ADD COLUMN provider text NOT NULL DEFAULT '',  -- by which the present attempt goes
    ADD COLUMN tried text NOT NULL DEFAULT '',     -- the providers that have failed it, by a comma
    ADD COLUMN bundled boolean NOT NULL DEFAULT false,
    ADD COLUMN carrier uuid;
CREATE INDEX notifications_bundled ON notifications (recipient, channel) WHERE bundled AND state = 'pending';
CREATE INDEX notifications_carried ON notifications (carrier) WHERE carrier IS NOT NULL;
CREATE INDEX notifications_recipient ON notifications (recipient, created_at);

ALTER TABLE attempts ADD COLUMN provider text NOT NULL DEFAULT '';
CREATE INDEX attempts_provider ON attempts (provider_id) WHERE provider_id <> '';

-- Tokens end, are used and are revoked; whose they are and what they may do is said for each team.
ALTER TABLE tokens
    ADD COLUMN expires_at timestamptz,
    ADD COLUMN last_used_at timestamptz,
    ADD COLUMN created_by text NOT NULL DEFAULT '',
    ADD COLUMN revoked_by text NOT NULL DEFAULT '';

-- What a token or a person may do, and in which team ('*': in all). A row that has ended goes on saying that somebody is
-- limited: whoever lost their last role may do nothing, while a token that never had one may do what its scopes say.
CREATE TABLE grants (
    kind text NOT NULL CHECK (kind IN ('token', 'person')),
    subject text NOT NULL,
    role text NOT NULL,
    team text NOT NULL,
    created_at timestamptz NOT NULL,
    created_by text NOT NULL,
    ended_at timestamptz,
    PRIMARY KEY (kind, subject, role, team)
);

-- What decides who may see a case, beside the columns by which cases are listed.
ALTER TABLE cases
    ADD COLUMN team text NOT NULL DEFAULT '',
    ADD COLUMN source text NOT NULL DEFAULT '',
    ADD COLUMN reporter text NOT NULL DEFAULT '',
    ADD COLUMN restricted boolean NOT NULL DEFAULT false,
    ADD COLUMN people jsonb NOT NULL DEFAULT '[]',
    ADD COLUMN followers jsonb NOT NULL DEFAULT '[]';
CREATE INDEX cases_team ON cases (team, id);

UPDATE cases SET
    team = coalesce(known.told #>> '{plan,team}', ''),
    source = coalesce(known.told #>> '{submitted,source}', ''),
    reporter = CASE WHEN known.told #>> '{submitted,by,kind}' = 'person' THEN known.told #>> '{submitted,by,id}' ELSE '' END,
    restricted = coalesce(known.told #>> '{submitted,report,kind}' = 'harassment', false)
        OR coalesce((known.told #>> '{submitted,report,personal_data}')::boolean, false),
    people = coalesce(known.told -> 'told', '[]') || coalesce(jsonb_path_query_array(known.told, '$.owner.id'), '[]')
        || coalesce(jsonb_path_query_array(known.told, '$.offered.id'), '[]'),
    followers = coalesce(jsonb_path_query_array(known.told, '$.followers[*].id'), '[]')
FROM (SELECT key, state::jsonb AS told FROM folds WHERE state IS NOT NULL) AS known WHERE known.key = cases.id;

-- The rule of services/intake/domain/access.py as the database knows it. `seer`: the teams whose cases are seen, those whose
-- restricted ones are too, the name of the token, and the person that it is for.
CREATE FUNCTION may_see(seer jsonb, one cases) RETURNS boolean LANGUAGE sql IMMUTABLE
RETURN coalesce(
    (CASE WHEN one.restricted THEN seer -> 'leads' ELSE seer -> 'sees' END) ?| ARRAY ['*', one.team]
    OR one.source = seer ->> 'name'
    OR one.reporter = seer ->> 'person'
    OR one.people ? (seer ->> 'person')
    OR (NOT one.restricted AND one.followers ? (seer ->> 'person')), false);

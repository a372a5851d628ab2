-- Who may see an archived case, as it was when it was resolved; what is archived already is asked of its fold.
ALTER TABLE archive ADD COLUMN sight text NOT NULL DEFAULT '{"restricted": true}';
ALTER TABLE archive ADD COLUMN restricted boolean NOT NULL DEFAULT true;
ALTER TABLE archive ADD COLUMN cause text NOT NULL DEFAULT '';
UPDATE archive SET
    cause = coalesce(archive.record::jsonb ->> 'cause', ''),
    restricted = folds.state::jsonb #>> '{submitted,report,kind}' = 'harassment'
        OR coalesce((folds.state::jsonb #>> '{submitted,report,personal_data}')::boolean, false),
    sight = jsonb_build_object(
        'restricted', folds.state::jsonb #>> '{submitted,report,kind}' = 'harassment'
            OR coalesce((folds.state::jsonb #>> '{submitted,report,personal_data}')::boolean, false),
        'team', coalesce(folds.state::jsonb #>> '{plan,team}', ''),
        'source', coalesce(folds.state::jsonb #>> '{submitted,source}', ''),
        'reporter', CASE WHEN folds.state::jsonb #>> '{submitted,by,kind}' = 'person'
            THEN folds.state::jsonb #>> '{submitted,by,id}' ELSE '' END,
        'people', CASE WHEN folds.state::jsonb #>> '{owner,id}' IS NULL THEN '[]'::jsonb
            ELSE jsonb_build_array(folds.state::jsonb #>> '{owner,id}') END
    )::text
FROM folds WHERE folds.key = archive.case_id AND folds.state IS NOT NULL;

-- The newest version of each article; `live` is the version that readers see.
CREATE TABLE articles (
    id text PRIMARY KEY,
    version integer NOT NULL,
    state text NOT NULL,
    live integer,
    content text NOT NULL,
    merged_into text,
    external_id text UNIQUE,
    audience text NOT NULL,
    language text NOT NULL,
    product text NOT NULL,
    owner text NOT NULL,
    review_by date,
    expires_on date,
    created_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    changed_by text NOT NULL
);
CREATE INDEX articles_changed ON articles (changed_at);
CREATE INDEX articles_newest ON articles (id DESC);

-- Every version that was ever written; none is changed or taken away.
CREATE TABLE article_versions (
    id text NOT NULL,
    version integer NOT NULL,
    content text NOT NULL,
    by_whom text NOT NULL,
    at timestamptz NOT NULL,
    why text NOT NULL,
    PRIMARY KEY (id, version)
);

-- What was done to an article, and what people said about it.
CREATE TABLE article_steps (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id text NOT NULL,
    version integer NOT NULL,
    verb text NOT NULL,
    by_whom text NOT NULL,
    at timestamptz NOT NULL,
    text text NOT NULL
);
CREATE INDEX article_steps_of ON article_steps (id, number);

-- The cases that an article came from, as of its newest version.
CREATE TABLE article_cases (
    case_id text NOT NULL,
    article_id text NOT NULL,
    PRIMARY KEY (case_id, article_id)
);
CREATE INDEX article_cases_of ON article_cases (article_id);

-- Words that mean the same in this organisation.
CREATE TABLE synonyms (
    one text NOT NULL,
    other text NOT NULL,
    by_whom text NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (one, other)
);

-- What use has taught about a case or an article: how much it helps, and by which words people found it.
CREATE TABLE learned (
    target text PRIMARY KEY,
    uses integer NOT NULL,
    phrasings text[] NOT NULL,
    public text[] NOT NULL,
    changed_at timestamptz NOT NULL
);
CREATE INDEX learned_changed ON learned (changed_at);

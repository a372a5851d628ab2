-- The pages of numbers that were shown for acknowledge links, and what was chosen on each; `link` is a digest of the token.
CREATE TABLE challenges (
    nonce text PRIMARY KEY,
    link bytea NOT NULL,
    opened_at timestamptz NOT NULL,
    place smallint NOT NULL,
    wrong_before int NOT NULL,
    chosen text,
    chosen_at timestamptz,
    tried smallint,
    wrong_at timestamptz
);
CREATE INDEX challenges_link ON challenges (link);
CREATE INDEX challenges_opened_at ON challenges (opened_at);

-- Who saw, changed, published and sent what: only ever added to, and each entry is bound to the one before it in its chain.
CREATE TABLE audit_chains (
    chain smallint PRIMARY KEY,
    seq bigint NOT NULL,
    hash bytea NOT NULL
) WITH (fillfactor = 20);
INSERT INTO audit_chains (chain, seq, hash) SELECT n, 0, sha256('') FROM generate_series(0, 63) AS n;

CREATE TABLE audit (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    chain smallint NOT NULL,
    seq bigint NOT NULL,
    entry text NOT NULL,
    before bytea NOT NULL,
    hash bytea NOT NULL,
    object text GENERATED ALWAYS AS (entry::jsonb ->> 'object') STORED,
    UNIQUE (chain, seq)
);
CREATE INDEX audit_object ON audit (object, id);

CREATE TABLE audit_checkpoints (
    number bigint PRIMARY KEY,
    body text NOT NULL,
    algorithm text NOT NULL,
    signature bytea NOT NULL
);

-- Adds entries to a chain; whoever adds to the same one waits until this transaction ends. `tied` of shared/contracts/audit.py.
CREATE FUNCTION audit_append(which smallint, entries text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    last audit_chains;
    entry text;
    before bytea;
BEGIN
    IF coalesce(cardinality(entries), 0) = 0 THEN
        RETURN;
    END IF;
    SELECT * INTO STRICT last FROM audit_chains WHERE chain = which FOR UPDATE;
    FOREACH entry IN ARRAY entries LOOP
        before := last.hash;
        last.seq := last.seq + 1;
        last.hash := sha256(before || convert_to(which || ':' || last.seq || ':' || entry, 'UTF8'));
        INSERT INTO audit (chain, seq, entry, before, hash) VALUES (which, last.seq, entry, before, last.hash);
    END LOOP;
    UPDATE audit_chains SET seq = last.seq, hash = last.hash WHERE chain = which;
END $$;

CREATE FUNCTION audit_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what is written in % stands', TG_TABLE_NAME;
END $$;
CREATE TRIGGER audit_stands BEFORE UPDATE OR DELETE OR TRUNCATE ON audit EXECUTE FUNCTION audit_stands();
CREATE TRIGGER audit_stands BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_checkpoints EXECUTE FUNCTION audit_stands();

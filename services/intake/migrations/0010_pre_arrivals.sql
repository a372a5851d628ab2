-- Deliveries that are believed, on disk, and wait for their turn: each is a case, a note or something set aside within seconds.
CREATE TABLE arrivals (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source text NOT NULL,
    delivery_id text NOT NULL,
    urgent boolean NOT NULL,
    sealed bytea NOT NULL,    -- headers, address and body
    tries int NOT NULL DEFAULT 0,
    at timestamptz NOT NULL,
    UNIQUE (source, delivery_id)
);
CREATE INDEX arrivals_turn ON arrivals (urgent DESC, id);

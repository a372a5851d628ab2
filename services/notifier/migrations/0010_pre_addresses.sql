-- Whoever answers is known by the address: with thousands of people, each answer read the whole directory.
CREATE INDEX contacts_addresses ON contacts USING gin ((addresses::jsonb) jsonb_path_ops);

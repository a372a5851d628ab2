-- What follows the body of a mail that is set aside, sealed: its files, which are read from there when it is taken after all.
ALTER TABLE quarantine ADD COLUMN rest bytea;
ALTER TABLE quarantine ALTER COLUMN rest SET STORAGE EXTERNAL;

-- Each reason for which somebody may see a case leads to the newest ones, whatever they are filtered by.
DROP INDEX CONCURRENTLY IF EXISTS cases_seen;
CREATE INDEX CONCURRENTLY cases_seen ON cases (team, restricted, id);
DROP INDEX CONCURRENTLY IF EXISTS cases_seen_status;
CREATE INDEX CONCURRENTLY cases_seen_status ON cases (team, restricted, status, id);
DROP INDEX CONCURRENTLY IF EXISTS cases_seen_priority;
CREATE INDEX CONCURRENTLY cases_seen_priority ON cases (team, restricted, priority, id);
DROP INDEX CONCURRENTLY IF EXISTS cases_seen_unowned;
CREATE INDEX CONCURRENTLY cases_seen_unowned ON cases (team, restricted, id) WHERE owner IS NULL;
DROP INDEX CONCURRENTLY IF EXISTS cases_source;
CREATE INDEX CONCURRENTLY cases_source ON cases (source, id);
DROP INDEX CONCURRENTLY IF EXISTS cases_source_status;
CREATE INDEX CONCURRENTLY cases_source_status ON cases (source, status, id);
DROP INDEX CONCURRENTLY IF EXISTS cases_priority;
CREATE INDEX CONCURRENTLY cases_priority ON cases (priority, id);

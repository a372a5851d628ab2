-- Timelines tell of steps and relations too, which stand beside the log; streams and webhooks find them by their places.
DROP INDEX CONCURRENTLY IF EXISTS timeline_beside;
CREATE INDEX CONCURRENTLY timeline_beside ON timeline (place) WHERE place IS NOT NULL AND topic = 'beside';

-- Up to where this service has handled each partition of the log, written before Kafka is told the same: a database that was
-- restored is behind what Kafka was told, and the log is read again from here.
CREATE TABLE offsets (
    topic text NOT NULL,
    partition int NOT NULL,
    next bigint NOT NULL,
    PRIMARY KEY (topic, partition)
);

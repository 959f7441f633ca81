CREATE TABLE topic (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  partitions INTEGER NOT NULL,
  retention_us BIGINT NOT NULL
);

-- Where each partition ends: publishers take their offsets here, readers see here whether there is anything new.
CREATE TABLE topic_partition (
  topic_id INTEGER NOT NULL REFERENCES topic (id),
  partition INTEGER NOT NULL,
  next_offset BIGINT NOT NULL,
  PRIMARY KEY (topic_id, partition)
) WITHOUT ROWID;

-- One tree, in reading order.
CREATE TABLE record (
  topic_id INTEGER NOT NULL,
  partition INTEGER NOT NULL,
  record_offset BIGINT NOT NULL,
  timestamp BIGINT NOT NULL,
  key BLOB NOT NULL,
  headers BLOB NOT NULL,
  value BLOB NOT NULL,
  PRIMARY KEY (topic_id, partition, record_offset)
) WITHOUT ROWID;

-- The one member of a group that reads a topic.
CREATE TABLE group_lease (
  group_name TEXT NOT NULL,
  topic_id INTEGER NOT NULL REFERENCES topic (id),
  owner TEXT NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (group_name, topic_id)
) WITHOUT ROWID;

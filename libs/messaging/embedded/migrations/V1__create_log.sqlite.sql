CREATE TABLE topic (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  partitions INTEGER NOT NULL,
  retention_us BIGINT NOT NULL
);

-- The end of each partition. Publishers allocate offsets here, and readers check here for new
-- records.
CREATE TABLE topic_partition (
  topic_id INTEGER NOT NULL REFERENCES topic (id),
  partition INTEGER NOT NULL,
  next_offset BIGINT NOT NULL,
  PRIMARY KEY (topic_id, partition)
) WITHOUT ROWID;

-- All records in one B-tree, in reading order.
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

-- The member of a group that currently reads a topic; there is at most one.
CREATE TABLE group_lease (
  group_name TEXT NOT NULL,
  topic_id INTEGER NOT NULL REFERENCES topic (id),
  owner TEXT NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (group_name, topic_id)
) WITHOUT ROWID;

-- How far each group has read each partition, as its member last reported. A record is kept until
-- the groups that were seen lately have read it.
CREATE TABLE group_position (
  group_name TEXT NOT NULL,
  topic_id INTEGER NOT NULL REFERENCES topic (id),
  partition INTEGER NOT NULL,
  next_offset BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  PRIMARY KEY (topic_id, partition, group_name)
) WITHOUT ROWID;

-- The data needed to count each patient once. It contains no personal data.
CREATE TABLE patient (
  id TEXT NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL,     -- the highest version counted
  registered_date TEXT,
  deleted INTEGER NOT NULL     -- 0 or 1; a deletion is final
) WITHOUT ROWID;
CREATE INDEX patient_registered_date ON patient (registered_date);

-- All counts, in a single row.
CREATE TABLE summary (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  patients_created BIGINT NOT NULL,
  patients_updated BIGINT NOT NULL,
  patients_deleted BIGINT NOT NULL,
  active_patients BIGINT NOT NULL,
  events_processed BIGINT NOT NULL,
  as_of BIGINT                 -- the time of the newest event counted
);
INSERT INTO summary (id, patients_created, patients_updated, patients_deleted, active_patients, events_processed)
VALUES (1, 0, 0, 0, 0, 0);

CREATE TABLE consumer_position (
  topic TEXT NOT NULL,
  partition INTEGER NOT NULL,
  next_offset BIGINT NOT NULL,
  PRIMARY KEY (topic, partition)
);

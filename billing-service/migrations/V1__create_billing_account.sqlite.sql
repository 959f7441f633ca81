-- One account for each patient. patient_version is the version of the patient whose name and e-mail these are: events
-- apply only with a higher one. A patient that was deleted before the account was made has a closed account.
CREATE TABLE billing_account (
  id TEXT NOT NULL PRIMARY KEY,
  patient_id TEXT NOT NULL UNIQUE,
  name TEXT,
  email TEXT,
  status TEXT NOT NULL CHECK (status IN ('ACTIVE', 'CLOSED')),
  version BIGINT NOT NULL,
  patient_version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
) WITHOUT ROWID;

-- How far the events of each partition have been applied.
CREATE TABLE consumer_position (
  topic TEXT NOT NULL,
  partition INTEGER NOT NULL,
  next_offset BIGINT NOT NULL,
  PRIMARY KEY (topic, partition)
);

-- One account per patient. patient_version is the patient's version that name and e-mail come from;
-- only events with a higher version apply. A patient that is deleted before the account is created
-- gets a closed account.
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

-- The next event to apply in each partition.
CREATE TABLE consumer_position (
  topic TEXT NOT NULL,
  partition INTEGER NOT NULL,
  next_offset BIGINT NOT NULL,
  PRIMARY KEY (topic, partition)
);

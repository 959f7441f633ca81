-- The current state of the patients. A change increments `version` and sets `change_id`, by which
-- the later statements of its batch detect whether the change was made.
CREATE TABLE patient (
  search_id INTEGER PRIMARY KEY,  -- a stable row number for the full-text index
  id TEXT NOT NULL UNIQUE,
  version BIGINT NOT NULL,
  change_id TEXT NOT NULL,
  name TEXT NOT NULL,
  email TEXT,
  address TEXT,
  date_of_birth TEXT,
  registered_date TEXT NOT NULL,
  name_search TEXT NOT NULL,
  name_sort TEXT NOT NULL,
  email_key TEXT,
  -- A row comparison (column, id) > ($1, $2) skips NULLs, so each nullable column has a column to
  -- sort by.
  email_sort TEXT NOT NULL GENERATED ALWAYS AS (COALESCE(email_key, '')) VIRTUAL,
  date_of_birth_sort TEXT NOT NULL GENERATED ALWAYS AS (COALESCE(date_of_birth, '')) VIRTUAL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  deleted_at BIGINT
);
CREATE UNIQUE INDEX patient_email ON patient (email_key) WHERE deleted_at IS NULL;
CREATE INDEX patient_by_name ON patient (name_sort, id) WHERE deleted_at IS NULL;
CREATE INDEX patient_by_email ON patient (email_sort, id) WHERE deleted_at IS NULL;
CREATE INDEX patient_by_registered_date ON patient (registered_date, id) WHERE deleted_at IS NULL;
CREATE INDEX patient_by_date_of_birth ON patient (date_of_birth_sort, id) WHERE deleted_at IS NULL;

-- The search index of the live patients: the trigrams of `name_search`, which is already folded.
-- Triggers maintain it, so the batches that change patients are the same on every engine.
CREATE VIEW live_patient AS SELECT search_id, name_search FROM patient WHERE deleted_at IS NULL;
CREATE VIRTUAL TABLE patient_search USING fts5 (
  name_search, content = 'live_patient', content_rowid = 'search_id', columnsize = 0,
  tokenize = 'trigram case_sensitive 1'
);
CREATE TRIGGER patient_search_added AFTER INSERT ON patient
BEGIN
  INSERT INTO patient_search (rowid, name_search) VALUES (NEW.search_id, NEW.name_search);
END;
CREATE TRIGGER patient_search_renamed AFTER UPDATE OF name_search ON patient
WHEN NEW.name_search <> OLD.name_search
BEGIN
  INSERT INTO patient_search (patient_search, rowid, name_search) VALUES ('delete', OLD.search_id, OLD.name_search);
  INSERT INTO patient_search (rowid, name_search) VALUES (NEW.search_id, NEW.name_search);
END;
CREATE TRIGGER patient_search_deleted AFTER UPDATE OF deleted_at ON patient
BEGIN
  INSERT INTO patient_search (patient_search, rowid, name_search) VALUES ('delete', OLD.search_id, OLD.name_search);
END;

-- Every version of a patient, as it was after the change. Append-only.
CREATE TABLE patient_history (
  patient_id TEXT NOT NULL,
  version BIGINT NOT NULL,
  change TEXT NOT NULL,  -- CREATED, UPDATED or DELETED
  actor TEXT NOT NULL,
  request_id TEXT NOT NULL,
  occurred_at BIGINT NOT NULL,
  name TEXT NOT NULL,
  email TEXT,
  address TEXT,
  date_of_birth TEXT,
  registered_date TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (patient_id, version)
) WITHOUT ROWID;

-- The number of live patients, in shards by id, so that writers rarely wait for each other.
CREATE TABLE patient_counter (
  shard INTEGER PRIMARY KEY,
  live BIGINT NOT NULL
);
INSERT INTO patient_counter (shard, live)
VALUES (0, 0), (1, 0), (2, 0), (3, 0), (4, 0), (5, 0), (6, 0), (7, 0),
       (8, 0), (9, 0), (10, 0), (11, 0), (12, 0), (13, 0), (14, 0), (15, 0);

-- The patient's version for the response to a repeated request, never a body.
CREATE TABLE idempotency (
  user_id TEXT NOT NULL,
  idempotency_key TEXT NOT NULL,
  fingerprint TEXT NOT NULL,  -- SHA-256 of the request's contents, in hex
  patient_id TEXT NOT NULL,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (user_id, idempotency_key)
) WITHOUT ROWID;
CREATE INDEX idempotency_created ON idempotency (created_at);

CREATE TABLE outbox (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  partition INTEGER NOT NULL,
  key TEXT NOT NULL,
  version BIGINT NOT NULL,
  event_id TEXT NOT NULL,
  actor_id TEXT,
  request_id TEXT,
  trace_parent TEXT,
  created_at BIGINT NOT NULL,
  published_at BIGINT
);
CREATE INDEX outbox_pending ON outbox (partition, id) WHERE published_at IS NULL;
CREATE INDEX outbox_published ON outbox (published_at) WHERE published_at IS NOT NULL;
CREATE TABLE outbox_lease (
  partition INTEGER PRIMARY KEY,
  owner TEXT NOT NULL,
  expires_at BIGINT NOT NULL
);

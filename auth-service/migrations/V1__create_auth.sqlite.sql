-- Times are microseconds since 1970 UTC, booleans 0 or 1, ids lower-case UUID text.

CREATE TABLE users (
  id            TEXT   NOT NULL PRIMARY KEY,
  email         TEXT   NOT NULL,
  email_key     TEXT   NOT NULL UNIQUE,  -- folded: an e-mail is taken whatever its case
  password_hash TEXT   NOT NULL,         -- PHC string
  roles         TEXT   NOT NULL,         -- names, separated by a space
  enabled       BIGINT NOT NULL,
  version       BIGINT NOT NULL,         -- `uver` in access tokens
  created_at    BIGINT NOT NULL,
  updated_at    BIGINT NOT NULL
);

-- What a login begins: the family of its refresh tokens, `sid` in its access tokens.
CREATE TABLE session (
  id         TEXT   NOT NULL PRIMARY KEY,
  user_id    TEXT   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  ended_at   BIGINT                      -- logged out or revoked before its time
);
CREATE INDEX session_user ON session (user_id);
CREATE INDEX session_expiry ON session (expires_at);

-- Tokens of one parent are siblings: made for a client that did not see the first answer.
CREATE TABLE refresh_token (
  token_hash  TEXT   NOT NULL PRIMARY KEY,  -- SHA-256, base64url
  session_id  TEXT   NOT NULL REFERENCES session (id) ON DELETE CASCADE,
  parent_hash TEXT,                         -- the token it was exchanged for; NULL: made by the login
  issued_at   BIGINT NOT NULL,
  used_at     BIGINT                        -- when it was first exchanged
);
CREATE INDEX refresh_token_session ON refresh_token (session_id);

-- Changed first by everything that revokes or may leave no administrator, so that such changes happen one after another on
-- every engine: each sees what the one before it left.
CREATE TABLE user_change_lock (
  id      BIGINT NOT NULL PRIMARY KEY,
  changes BIGINT NOT NULL
);
INSERT INTO user_change_lock (id, changes) VALUES (1, 0);

-- By e-mail, whether there is such a user or not, so that waiting tells nothing.
CREATE TABLE failed_login (
  email_key       TEXT   NOT NULL PRIMARY KEY,
  failures        BIGINT NOT NULL,
  last_failure_at BIGINT NOT NULL
);
CREATE INDEX failed_login_age ON failed_login (last_failure_at);

-- Two processes that both make a generation settle it here: the first to insert wins.
CREATE TABLE signing_key (
  generation BIGINT NOT NULL PRIMARY KEY,
  material   BLOB   NOT NULL,  -- PKCS #8 PEM, or that sealed
  sealed     BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  signs_from BIGINT NOT NULL   -- published before, so that verifiers know it by then
);

-- What verifiers poll. The highest number is never deleted, so that none is given twice.
CREATE TABLE revocation (
  number     BIGINT NOT NULL PRIMARY KEY,
  kind       TEXT   NOT NULL,  -- session or user
  subject    TEXT   NOT NULL,
  version    BIGINT NOT NULL,  -- of a user: tokens issued at a lower version of the account are void; of a session 0
  expires_at BIGINT NOT NULL   -- no token it concerns lives longer
);

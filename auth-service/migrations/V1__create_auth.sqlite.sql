-- Times are microseconds since 1970 UTC, booleans are 0 or 1, ids are lower-case UUID text.

CREATE TABLE users (
  id            TEXT   NOT NULL PRIMARY KEY,
  email         TEXT   NOT NULL,
  email_key     TEXT   NOT NULL UNIQUE,  -- folded, so that e-mails are unique ignoring case
  password_hash TEXT   NOT NULL,         -- PHC string
  roles         TEXT   NOT NULL,         -- names, separated by spaces
  enabled       BIGINT NOT NULL,
  version       BIGINT NOT NULL,         -- `uver` in access tokens
  created_at    BIGINT NOT NULL,
  updated_at    BIGINT NOT NULL
);

-- A session is started by a login. It is the family of its refresh tokens, and `sid` in its access
-- tokens.
CREATE TABLE session (
  id         TEXT   NOT NULL PRIMARY KEY,
  user_id    TEXT   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  ended_at   BIGINT                      -- logged out or revoked before expiry
);
CREATE INDEX session_user ON session (user_id);
CREATE INDEX session_expiry ON session (expires_at);

-- Several tokens with the same parent exist if a client has repeated a refresh, e.g. because the
-- first response was lost.
CREATE TABLE refresh_token (
  token_hash  TEXT   NOT NULL PRIMARY KEY,  -- SHA-256, base64url
  session_id  TEXT   NOT NULL REFERENCES session (id) ON DELETE CASCADE,
  parent_hash TEXT,                         -- the token exchanged for it; NULL: from the login
  issued_at   BIGINT NOT NULL,
  used_at     BIGINT                        -- time of its first exchange
);
CREATE INDEX refresh_token_session ON refresh_token (session_id);

-- Every change that revokes tokens or could remove the last administrator updates this row first.
-- Such changes are therefore serialized on every engine: each sees the result of the previous one.
CREATE TABLE user_change_lock (
  id      BIGINT NOT NULL PRIMARY KEY,
  changes BIGINT NOT NULL
);
INSERT INTO user_change_lock (id, changes) VALUES (1, 0);

-- Failures are counted per e-mail whether or not the user exists, so throttling does not reveal it.
CREATE TABLE failed_login (
  email_key       TEXT   NOT NULL PRIMARY KEY,
  failures        BIGINT NOT NULL,
  last_failure_at BIGINT NOT NULL
);
CREATE INDEX failed_login_age ON failed_login (last_failure_at);

-- If two processes create the same generation, the first insert wins.
CREATE TABLE signing_key (
  generation BIGINT NOT NULL PRIMARY KEY,
  material   BLOB   NOT NULL,  -- PKCS #8 PEM, encrypted if `sealed` is 1
  sealed     BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  signs_from BIGINT NOT NULL   -- published earlier, so that verifiers know it by then
);

-- The list that verifiers poll. The row with the highest number is never deleted, so no number is
-- assigned twice.
CREATE TABLE revocation (
  number     BIGINT NOT NULL PRIMARY KEY,
  kind       TEXT   NOT NULL,  -- session or user
  subject    TEXT   NOT NULL,
  version    BIGINT NOT NULL,  -- user: tokens of lower versions are invalid; session: 0
  expires_at BIGINT NOT NULL   -- no affected token is valid after this time
);

-- The ground floor. Frozen: once released this file never changes; what comes later is another file.
-- Times are milliseconds since 1970. Booleans are 0 or 1. JSON is text.

CREATE TABLE organization (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  display_name TEXT NOT NULL,
  plan TEXT NOT NULL,
  version INTEGER NOT NULL DEFAULT 0,
  audit_sequence INTEGER NOT NULL DEFAULT 0,
  audit_head TEXT NOT NULL DEFAULT '0000000000000000000000000000000000000000000000000000000000000000',
  settings TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE user_account (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  email TEXT,
  display_name TEXT NOT NULL,
  password_hash TEXT,
  installation_administrator INTEGER NOT NULL,
  pinned_organization_id TEXT REFERENCES organization ON DELETE SET NULL,
  status TEXT NOT NULL,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX user_account_pinned ON user_account (pinned_organization_id) WHERE pinned_organization_id IS NOT NULL;

-- Users and organizations share one name space.
CREATE TABLE account_name (
  name TEXT PRIMARY KEY,
  organization_id TEXT UNIQUE REFERENCES organization ON DELETE CASCADE,
  user_id TEXT UNIQUE REFERENCES user_account ON DELETE CASCADE,
  CHECK ((organization_id IS NULL) <> (user_id IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE membership (
  organization_id TEXT NOT NULL REFERENCES organization ON DELETE CASCADE,
  user_id TEXT NOT NULL REFERENCES user_account ON DELETE CASCADE,
  role TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (organization_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX membership_user ON membership (user_id);

CREATE TABLE repository (
  id TEXT PRIMARY KEY,
  organization_id TEXT NOT NULL REFERENCES organization ON DELETE CASCADE,
  name TEXT NOT NULL,
  -- organization/name: what the catalogue is ordered by.
  full_name TEXT NOT NULL UNIQUE,
  state TEXT NOT NULL,
  visibility TEXT NOT NULL,
  description TEXT NOT NULL,
  delete_enabled INTEGER NOT NULL DEFAULT 1,
  write_enabled INTEGER NOT NULL DEFAULT 1,
  read_enabled INTEGER NOT NULL DEFAULT 1,
  list_enabled INTEGER NOT NULL DEFAULT 1,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  UNIQUE (organization_id, name)
) STRICT;
CREATE INDEX repository_public ON repository (full_name) WHERE visibility = 'public';

CREATE TABLE scope_map (
  id TEXT PRIMARY KEY,
  organization_id TEXT NOT NULL REFERENCES organization ON DELETE CASCADE,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  system INTEGER NOT NULL,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  UNIQUE (organization_id, name)
) STRICT;

CREATE TABLE credential (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  organization_id TEXT REFERENCES organization ON DELETE CASCADE,
  user_id TEXT REFERENCES user_account ON DELETE CASCADE,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  status TEXT NOT NULL,
  scopes TEXT NOT NULL,
  allowed_addresses TEXT NOT NULL,
  scope_map_id TEXT REFERENCES scope_map,
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER,
  version INTEGER NOT NULL,
  session_version INTEGER NOT NULL,
  last_used_at INTEGER,
  last_used_from TEXT
) STRICT;
-- A registry token's name is its login name.
CREATE UNIQUE INDEX credential_login ON credential (organization_id, name) WHERE kind = 'registry-token';
CREATE INDEX credential_organization ON credential (organization_id, kind, id) WHERE organization_id IS NOT NULL;
CREATE INDEX credential_user ON credential (user_id, kind, id) WHERE user_id IS NOT NULL;
CREATE INDEX credential_scope_map ON credential (scope_map_id, id) WHERE scope_map_id IS NOT NULL;
CREATE INDEX credential_expiry ON credential (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE credential_secret (
  hash BLOB PRIMARY KEY,
  credential_id TEXT NOT NULL REFERENCES credential ON DELETE CASCADE,
  slot TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER,
  UNIQUE (credential_id, slot)
) STRICT, WITHOUT ROWID;

-- What a credential or a scope map permits. The repository may be gone: the label still says its name.
CREATE TABLE permission_rule (
  id TEXT PRIMARY KEY,
  credential_id TEXT REFERENCES credential ON DELETE CASCADE,
  scope_map_id TEXT REFERENCES scope_map ON DELETE CASCADE,
  position INTEGER NOT NULL,
  pattern TEXT NOT NULL,
  repository_id TEXT,
  actions TEXT NOT NULL,
  label TEXT NOT NULL,
  CHECK ((credential_id IS NULL) <> (scope_map_id IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX permission_rule_credential ON permission_rule (credential_id) WHERE credential_id IS NOT NULL;
CREATE INDEX permission_rule_scope_map ON permission_rule (scope_map_id) WHERE scope_map_id IS NOT NULL;
CREATE INDEX permission_rule_repository ON permission_rule (repository_id) WHERE repository_id IS NOT NULL;

CREATE TABLE blob (
  digest TEXT PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  size INTEGER NOT NULL,
  stored_at INTEGER NOT NULL,
  touched_at INTEGER NOT NULL,
  marked_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX blob_touched ON blob (touched_at) WHERE marked_at IS NULL;
CREATE INDEX blob_marked ON blob (marked_at) WHERE marked_at IS NOT NULL;

-- Bytes nothing refers to any more, waiting to be deleted from the blob store.
CREATE TABLE discarded_key (
  key TEXT PRIMARY KEY,
  discarded_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE blob_link (
  repository_id TEXT NOT NULL REFERENCES repository ON DELETE CASCADE,
  digest TEXT NOT NULL REFERENCES blob,
  linked_at INTEGER NOT NULL,
  -- Since when no manifest needs it; null: one does. So garbage collection looks at what may be garbage, not at everything.
  touched_at INTEGER,
  PRIMARY KEY (repository_id, digest)
) STRICT, WITHOUT ROWID;
CREATE INDEX blob_link_digest ON blob_link (digest);
CREATE INDEX blob_link_touched ON blob_link (touched_at) WHERE touched_at IS NOT NULL;

CREATE TABLE manifest (
  repository_id TEXT NOT NULL REFERENCES repository ON DELETE CASCADE,
  digest TEXT NOT NULL,
  media_type TEXT NOT NULL,
  artifact_type TEXT,
  config_media_type TEXT,
  subject_digest TEXT,
  annotations TEXT NOT NULL,
  size INTEGER NOT NULL,
  pushed_at INTEGER NOT NULL,
  delete_enabled INTEGER NOT NULL DEFAULT 1,
  write_enabled INTEGER NOT NULL DEFAULT 1,
  read_enabled INTEGER NOT NULL DEFAULT 1,
  list_enabled INTEGER NOT NULL DEFAULT 1,
  body BLOB NOT NULL,
  PRIMARY KEY (repository_id, digest)
) STRICT;
CREATE INDEX manifest_subject ON manifest (repository_id, subject_digest, digest) WHERE subject_digest IS NOT NULL;

CREATE TABLE manifest_reference (
  repository_id TEXT NOT NULL,
  manifest_digest TEXT NOT NULL,
  kind TEXT NOT NULL,
  child_digest TEXT NOT NULL,
  PRIMARY KEY (repository_id, manifest_digest, kind, child_digest),
  FOREIGN KEY (repository_id, manifest_digest) REFERENCES manifest ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX manifest_reference_child ON manifest_reference (repository_id, child_digest);

CREATE TABLE tag (
  repository_id TEXT NOT NULL REFERENCES repository ON DELETE CASCADE,
  name TEXT NOT NULL,
  digest TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  delete_enabled INTEGER NOT NULL DEFAULT 1,
  write_enabled INTEGER NOT NULL DEFAULT 1,
  read_enabled INTEGER NOT NULL DEFAULT 1,
  list_enabled INTEGER NOT NULL DEFAULT 1,
  PRIMARY KEY (repository_id, name),
  FOREIGN KEY (repository_id, digest) REFERENCES manifest ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX tag_digest ON tag (repository_id, digest);

CREATE TABLE upload (
  id TEXT PRIMARY KEY,
  repository_id TEXT NOT NULL REFERENCES repository ON DELETE CASCADE,
  credential_id TEXT,
  key TEXT NOT NULL UNIQUE,
  received INTEGER NOT NULL,
  algorithm TEXT NOT NULL,
  digest TEXT NOT NULL,
  resume TEXT NOT NULL,
  lease_owner TEXT,
  lease_until INTEGER,
  created_at INTEGER NOT NULL,
  touched_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX upload_repository ON upload (repository_id);
CREATE INDEX upload_touched ON upload (touched_at);

CREATE TABLE organization_policy (
  organization_id TEXT NOT NULL REFERENCES organization ON DELETE CASCADE,
  kind TEXT NOT NULL,
  document TEXT NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (organization_id, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE guarded_registry (
  service TEXT PRIMARY KEY,
  organization_id TEXT REFERENCES organization ON DELETE CASCADE,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX guarded_registry_organization ON guarded_registry (organization_id) WHERE organization_id IS NOT NULL;

CREATE TABLE signing_key (
  id TEXT PRIMARY KEY,
  state TEXT NOT NULL,
  sealed_private_key TEXT NOT NULL,
  public_jwk TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  state_since INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE setup_link (
  hash BLOB PRIMARY KEY,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE setting (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE job_lease (
  name TEXT PRIMARY KEY,
  holder TEXT NOT NULL,
  held_until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Who must forget what. Short-lived: a node that has been away longer than these are kept forgets everything.
CREATE TABLE change (
  id TEXT PRIMARY KEY,
  -- Whose version it raised, and to what; none: a push that made a repository.
  tenant_id TEXT,
  version INTEGER,
  topics TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX change_at ON change (at);

-- Outlives its organization.
CREATE TABLE audit_event (
  tenant_id TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  at INTEGER NOT NULL,
  type TEXT NOT NULL,
  actor TEXT NOT NULL,
  detail TEXT NOT NULL,
  previous_hash TEXT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (tenant_id, sequence)
) STRICT, WITHOUT ROWID;
CREATE INDEX audit_event_type ON audit_event (tenant_id, type, sequence);

CREATE TABLE activity_batch (
  id TEXT PRIMARY KEY,
  at INTEGER NOT NULL,
  dropped INTEGER NOT NULL,
  row_count INTEGER NOT NULL,
  hash TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX activity_batch_at ON activity_batch (at);

CREATE TABLE activity (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  batch_id TEXT NOT NULL REFERENCES activity_batch ON DELETE CASCADE,
  at INTEGER NOT NULL,
  type TEXT NOT NULL,
  organization_id TEXT,
  credential_id TEXT,
  user_id TEXT,
  repository TEXT,
  reference TEXT,
  digest TEXT,
  bytes INTEGER,
  address TEXT,
  user_agent TEXT,
  decision TEXT,
  detail TEXT NOT NULL
) STRICT;
CREATE INDEX activity_of_batch ON activity (batch_id);
CREATE INDEX activity_organization ON activity (organization_id, id);
CREATE INDEX activity_credential ON activity (credential_id, id) WHERE credential_id IS NOT NULL;

CREATE TABLE refusal (
  id TEXT PRIMARY KEY,
  organization_id TEXT,
  credential_id TEXT,
  user_id TEXT,
  first_at INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  count INTEGER NOT NULL,
  question TEXT NOT NULL,
  decision TEXT NOT NULL
) STRICT;
CREATE INDEX refusal_organization ON refusal (organization_id, last_at, id);
CREATE INDEX refusal_last ON refusal (last_at, id);

-- The installation itself is a tenant: its version, the head of its audit chain.
INSERT INTO organization (id, name, display_name, plan, settings, created_at)
VALUES ('installation', 'installation', 'this installation', 'unlimited', '{}', CAST(unixepoch('subsec') * 1000 AS INTEGER));
INSERT INTO account_name (name, organization_id) VALUES ('installation', 'installation');

-- The ground floor. Frozen: once released this file never changes; what comes later is another file.
-- Times are milliseconds since 1970. Booleans are 0 or 1. JSON is text. Text is ordered by bytes (COLLATE "C"), as paging
-- by `last=` needs it.

CREATE TABLE organization (
  id text COLLATE "C" PRIMARY KEY,
  name text COLLATE "C" NOT NULL UNIQUE,
  display_name text COLLATE "C" NOT NULL,
  plan text COLLATE "C" NOT NULL,
  version bigint NOT NULL DEFAULT 0,
  audit_sequence bigint NOT NULL DEFAULT 0,
  audit_head text COLLATE "C" NOT NULL DEFAULT '0000000000000000000000000000000000000000000000000000000000000000',
  settings text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL
);

CREATE TABLE user_account (
  id text COLLATE "C" PRIMARY KEY,
  name text COLLATE "C" NOT NULL UNIQUE,
  email text COLLATE "C",
  display_name text COLLATE "C" NOT NULL,
  password_hash text COLLATE "C",
  installation_administrator smallint NOT NULL,
  pinned_organization_id text COLLATE "C" REFERENCES organization ON DELETE SET NULL,
  status text COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  created_at bigint NOT NULL
);
CREATE INDEX user_account_pinned ON user_account (pinned_organization_id) WHERE pinned_organization_id IS NOT NULL;

-- Users and organizations share one name space.
CREATE TABLE account_name (
  name text COLLATE "C" PRIMARY KEY,
  organization_id text COLLATE "C" UNIQUE REFERENCES organization ON DELETE CASCADE,
  user_id text COLLATE "C" UNIQUE REFERENCES user_account ON DELETE CASCADE,
  CHECK ((organization_id IS NULL) <> (user_id IS NULL))
);

CREATE TABLE membership (
  organization_id text COLLATE "C" NOT NULL REFERENCES organization ON DELETE CASCADE,
  user_id text COLLATE "C" NOT NULL REFERENCES user_account ON DELETE CASCADE,
  role text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  PRIMARY KEY (organization_id, user_id)
);
CREATE INDEX membership_user ON membership (user_id);

CREATE TABLE repository (
  id text COLLATE "C" PRIMARY KEY,
  organization_id text COLLATE "C" NOT NULL REFERENCES organization ON DELETE CASCADE,
  name text COLLATE "C" NOT NULL,
  -- organization/name: what the catalogue is ordered by.
  full_name text COLLATE "C" NOT NULL UNIQUE,
  state text COLLATE "C" NOT NULL,
  visibility text COLLATE "C" NOT NULL,
  description text COLLATE "C" NOT NULL,
  delete_enabled smallint NOT NULL DEFAULT 1,
  write_enabled smallint NOT NULL DEFAULT 1,
  read_enabled smallint NOT NULL DEFAULT 1,
  list_enabled smallint NOT NULL DEFAULT 1,
  created_at bigint NOT NULL,
  updated_at bigint NOT NULL,
  UNIQUE (organization_id, name)
);
CREATE INDEX repository_public ON repository (full_name) WHERE visibility = 'public';

CREATE TABLE scope_map (
  id text COLLATE "C" PRIMARY KEY,
  organization_id text COLLATE "C" NOT NULL REFERENCES organization ON DELETE CASCADE,
  name text COLLATE "C" NOT NULL,
  description text COLLATE "C" NOT NULL,
  system smallint NOT NULL,
  version bigint NOT NULL,
  created_at bigint NOT NULL,
  UNIQUE (organization_id, name)
);

CREATE TABLE credential (
  id text COLLATE "C" PRIMARY KEY,
  kind text COLLATE "C" NOT NULL,
  organization_id text COLLATE "C" REFERENCES organization ON DELETE CASCADE,
  user_id text COLLATE "C" REFERENCES user_account ON DELETE CASCADE,
  name text COLLATE "C" NOT NULL,
  description text COLLATE "C" NOT NULL,
  status text COLLATE "C" NOT NULL,
  scopes text COLLATE "C" NOT NULL,
  allowed_addresses text COLLATE "C" NOT NULL,
  scope_map_id text COLLATE "C" REFERENCES scope_map,
  created_by text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  expires_at bigint,
  version bigint NOT NULL,
  session_version bigint NOT NULL,
  last_used_at bigint,
  last_used_from text COLLATE "C"
);
-- A registry token's name is its login name.
CREATE UNIQUE INDEX credential_login ON credential (organization_id, name) WHERE kind = 'registry-token';
CREATE INDEX credential_organization ON credential (organization_id, kind, id) WHERE organization_id IS NOT NULL;
CREATE INDEX credential_user ON credential (user_id, kind, id) WHERE user_id IS NOT NULL;
CREATE INDEX credential_scope_map ON credential (scope_map_id, id) WHERE scope_map_id IS NOT NULL;
CREATE INDEX credential_expiry ON credential (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE credential_secret (
  hash bytea PRIMARY KEY,
  credential_id text COLLATE "C" NOT NULL REFERENCES credential ON DELETE CASCADE,
  slot text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  expires_at bigint,
  UNIQUE (credential_id, slot)
);

-- What a credential or a scope map permits. The repository may be gone: the label still says its name.
CREATE TABLE permission_rule (
  id text COLLATE "C" PRIMARY KEY,
  credential_id text COLLATE "C" REFERENCES credential ON DELETE CASCADE,
  scope_map_id text COLLATE "C" REFERENCES scope_map ON DELETE CASCADE,
  position integer NOT NULL,
  pattern text COLLATE "C" NOT NULL,
  repository_id text COLLATE "C",
  actions text COLLATE "C" NOT NULL,
  label text COLLATE "C" NOT NULL,
  CHECK ((credential_id IS NULL) <> (scope_map_id IS NULL))
);
CREATE INDEX permission_rule_credential ON permission_rule (credential_id) WHERE credential_id IS NOT NULL;
CREATE INDEX permission_rule_scope_map ON permission_rule (scope_map_id) WHERE scope_map_id IS NOT NULL;
CREATE INDEX permission_rule_repository ON permission_rule (repository_id) WHERE repository_id IS NOT NULL;

CREATE TABLE blob (
  digest text COLLATE "C" PRIMARY KEY,
  key text COLLATE "C" NOT NULL UNIQUE,
  size bigint NOT NULL,
  stored_at bigint NOT NULL,
  touched_at bigint NOT NULL,
  marked_at bigint
);
CREATE INDEX blob_touched ON blob (touched_at) WHERE marked_at IS NULL;
CREATE INDEX blob_marked ON blob (marked_at) WHERE marked_at IS NOT NULL;

-- Bytes nothing refers to any more, waiting to be deleted from the blob store.
CREATE TABLE discarded_key (
  key text COLLATE "C" PRIMARY KEY,
  discarded_at bigint NOT NULL
);

CREATE TABLE blob_link (
  repository_id text COLLATE "C" NOT NULL REFERENCES repository ON DELETE CASCADE,
  digest text COLLATE "C" NOT NULL REFERENCES blob,
  linked_at bigint NOT NULL,
  -- Since when no manifest needs it; null: one does. So garbage collection looks at what may be garbage, not at everything.
  touched_at bigint,
  PRIMARY KEY (repository_id, digest)
);
CREATE INDEX blob_link_digest ON blob_link (digest);
CREATE INDEX blob_link_touched ON blob_link (touched_at) WHERE touched_at IS NOT NULL;

CREATE TABLE manifest (
  repository_id text COLLATE "C" NOT NULL REFERENCES repository ON DELETE CASCADE,
  digest text COLLATE "C" NOT NULL,
  media_type text COLLATE "C" NOT NULL,
  artifact_type text COLLATE "C",
  config_media_type text COLLATE "C",
  subject_digest text COLLATE "C",
  annotations text COLLATE "C" NOT NULL,
  size bigint NOT NULL,
  pushed_at bigint NOT NULL,
  delete_enabled smallint NOT NULL DEFAULT 1,
  write_enabled smallint NOT NULL DEFAULT 1,
  read_enabled smallint NOT NULL DEFAULT 1,
  list_enabled smallint NOT NULL DEFAULT 1,
  body bytea NOT NULL,
  PRIMARY KEY (repository_id, digest)
);
CREATE INDEX manifest_subject ON manifest (repository_id, subject_digest, digest) WHERE subject_digest IS NOT NULL;

CREATE TABLE manifest_reference (
  repository_id text COLLATE "C" NOT NULL,
  manifest_digest text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL,
  child_digest text COLLATE "C" NOT NULL,
  PRIMARY KEY (repository_id, manifest_digest, kind, child_digest),
  FOREIGN KEY (repository_id, manifest_digest) REFERENCES manifest ON DELETE CASCADE
);
CREATE INDEX manifest_reference_child ON manifest_reference (repository_id, child_digest);

CREATE TABLE tag (
  repository_id text COLLATE "C" NOT NULL REFERENCES repository ON DELETE CASCADE,
  name text COLLATE "C" NOT NULL,
  digest text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  updated_at bigint NOT NULL,
  delete_enabled smallint NOT NULL DEFAULT 1,
  write_enabled smallint NOT NULL DEFAULT 1,
  read_enabled smallint NOT NULL DEFAULT 1,
  list_enabled smallint NOT NULL DEFAULT 1,
  PRIMARY KEY (repository_id, name),
  FOREIGN KEY (repository_id, digest) REFERENCES manifest ON DELETE CASCADE
);
CREATE INDEX tag_digest ON tag (repository_id, digest);

CREATE TABLE upload (
  id text COLLATE "C" PRIMARY KEY,
  repository_id text COLLATE "C" NOT NULL REFERENCES repository ON DELETE CASCADE,
  credential_id text COLLATE "C",
  key text COLLATE "C" NOT NULL UNIQUE,
  received bigint NOT NULL,
  algorithm text COLLATE "C" NOT NULL,
  digest text COLLATE "C" NOT NULL,
  resume text COLLATE "C" NOT NULL,
  lease_owner text COLLATE "C",
  lease_until bigint,
  created_at bigint NOT NULL,
  touched_at bigint NOT NULL
);
CREATE INDEX upload_repository ON upload (repository_id);
CREATE INDEX upload_touched ON upload (touched_at);

CREATE TABLE organization_policy (
  organization_id text COLLATE "C" NOT NULL REFERENCES organization ON DELETE CASCADE,
  kind text COLLATE "C" NOT NULL,
  document text COLLATE "C" NOT NULL,
  updated_at bigint NOT NULL,
  PRIMARY KEY (organization_id, kind)
);

CREATE TABLE guarded_registry (
  service text COLLATE "C" PRIMARY KEY,
  organization_id text COLLATE "C" REFERENCES organization ON DELETE CASCADE,
  created_at bigint NOT NULL
);
CREATE INDEX guarded_registry_organization ON guarded_registry (organization_id) WHERE organization_id IS NOT NULL;

CREATE TABLE signing_key (
  id text COLLATE "C" PRIMARY KEY,
  state text COLLATE "C" NOT NULL,
  sealed_private_key text COLLATE "C" NOT NULL,
  public_jwk text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  state_since bigint NOT NULL
);

CREATE TABLE setup_link (
  hash bytea PRIMARY KEY,
  created_at bigint NOT NULL,
  expires_at bigint NOT NULL,
  used_at bigint
);

CREATE TABLE setting (
  key text COLLATE "C" PRIMARY KEY,
  value text COLLATE "C" NOT NULL
);

CREATE TABLE job_lease (
  name text COLLATE "C" PRIMARY KEY,
  holder text COLLATE "C" NOT NULL,
  held_until bigint NOT NULL
);

-- Who must forget what. Short-lived: a node that has been away longer than these are kept forgets everything.
CREATE TABLE change (
  id text COLLATE "C" PRIMARY KEY,
  -- Whose version it raised, and to what; none: a push that made a repository.
  tenant_id text COLLATE "C",
  version bigint,
  topics text COLLATE "C" NOT NULL,
  at bigint NOT NULL,
  -- Order by id or time would lose the row of a slow transaction: nodes read from the oldest transaction still running.
  xid xid8 NOT NULL DEFAULT pg_current_xact_id()
);
CREATE INDEX change_xid ON change (xid);
CREATE INDEX change_at ON change (at);

-- Outlives its organization.
CREATE TABLE audit_event (
  tenant_id text COLLATE "C" NOT NULL,
  sequence bigint NOT NULL,
  at bigint NOT NULL,
  type text COLLATE "C" NOT NULL,
  actor text COLLATE "C" NOT NULL,
  detail text COLLATE "C" NOT NULL,
  previous_hash text COLLATE "C" NOT NULL,
  hash text COLLATE "C" NOT NULL,
  PRIMARY KEY (tenant_id, sequence)
);
CREATE INDEX audit_event_type ON audit_event (tenant_id, type, sequence);

CREATE TABLE activity_batch (
  id text COLLATE "C" PRIMARY KEY,
  at bigint NOT NULL,
  dropped bigint NOT NULL,
  row_count bigint NOT NULL,
  hash text COLLATE "C" NOT NULL
);
CREATE INDEX activity_batch_at ON activity_batch (at);

CREATE TABLE activity (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  batch_id text COLLATE "C" NOT NULL REFERENCES activity_batch ON DELETE CASCADE,
  at bigint NOT NULL,
  type text COLLATE "C" NOT NULL,
  organization_id text COLLATE "C",
  credential_id text COLLATE "C",
  user_id text COLLATE "C",
  repository text COLLATE "C",
  reference text COLLATE "C",
  digest text COLLATE "C",
  bytes bigint,
  address text COLLATE "C",
  user_agent text COLLATE "C",
  decision text COLLATE "C",
  detail text COLLATE "C" NOT NULL
);
CREATE INDEX activity_of_batch ON activity (batch_id);
CREATE INDEX activity_organization ON activity (organization_id, id);
CREATE INDEX activity_credential ON activity (credential_id, id) WHERE credential_id IS NOT NULL;

CREATE TABLE refusal (
  id text COLLATE "C" PRIMARY KEY,
  organization_id text COLLATE "C",
  credential_id text COLLATE "C",
  user_id text COLLATE "C",
  first_at bigint NOT NULL,
  last_at bigint NOT NULL,
  count bigint NOT NULL,
  question text COLLATE "C" NOT NULL,
  decision text COLLATE "C" NOT NULL
);
CREATE INDEX refusal_organization ON refusal (organization_id, last_at, id);
CREATE INDEX refusal_last ON refusal (last_at, id);

-- The installation itself is a tenant: its version, the head of its audit chain.
INSERT INTO organization (id, name, display_name, plan, settings, created_at)
VALUES ('installation', 'installation', 'this installation', 'unlimited', '{}', (extract(epoch FROM now()) * 1000)::bigint);
INSERT INTO account_name (name, organization_id) VALUES ('installation', 'installation');

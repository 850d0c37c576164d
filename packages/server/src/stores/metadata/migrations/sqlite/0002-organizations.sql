-- Companies, groups, invites, bars and quotas; what a token may renew, and when its owners were told that it ends.

-- Several organizations with owners in common.
CREATE TABLE company (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  display_name TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE company_owner (
  company_id TEXT NOT NULL REFERENCES company ON DELETE CASCADE,
  user_id TEXT NOT NULL REFERENCES user_account ON DELETE CASCADE,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (company_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX company_owner_user ON company_owner (user_id);

ALTER TABLE organization ADD COLUMN company_id TEXT REFERENCES company ON DELETE SET NULL;
CREATE INDEX organization_company ON organization (company_id, name) WHERE company_id IS NOT NULL;

-- `group` is a word of SQL.
CREATE TABLE member_group (
  id TEXT PRIMARY KEY,
  organization_id TEXT NOT NULL REFERENCES organization ON DELETE CASCADE,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  UNIQUE (organization_id, name)
) STRICT;

-- Whoever leaves the organization leaves its groups.
CREATE TABLE group_membership (
  group_id TEXT NOT NULL REFERENCES member_group ON DELETE CASCADE,
  organization_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (group_id, user_id),
  FOREIGN KEY (organization_id, user_id) REFERENCES membership ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX group_membership_member ON group_membership (organization_id, user_id);
CREATE INDEX group_membership_user ON group_membership (user_id);

-- What a group may do: a pattern and a permission. The repository may be gone: the label still says its name.
CREATE TABLE group_permission (
  id TEXT PRIMARY KEY,
  group_id TEXT NOT NULL REFERENCES member_group ON DELETE CASCADE,
  pattern TEXT NOT NULL,
  repository_id TEXT,
  permission TEXT NOT NULL,
  label TEXT NOT NULL,
  UNIQUE (group_id, label)
) STRICT, WITHOUT ROWID;
CREATE INDEX group_permission_repository ON group_permission (repository_id) WHERE repository_id IS NOT NULL;

-- An invite is for an address or for a user; accepted, declined and cancelled ones stay, to say so to whoever comes with their link.
CREATE TABLE invite (
  id TEXT PRIMARY KEY,
  organization_id TEXT NOT NULL REFERENCES organization ON DELETE CASCADE,
  email TEXT,
  user_id TEXT REFERENCES user_account ON DELETE CASCADE,
  role TEXT NOT NULL,
  group_id TEXT,
  group_name TEXT,
  state TEXT NOT NULL,
  invited_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  sent_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  closed_at INTEGER,
  CHECK ((email IS NULL) <> (user_id IS NULL))
) STRICT;
CREATE INDEX invite_organization ON invite (organization_id, state, id);
CREATE UNIQUE INDEX invite_pending_email ON invite (organization_id, email) WHERE state = 'pending' AND email IS NOT NULL;
CREATE UNIQUE INDEX invite_pending_user ON invite (organization_id, user_id) WHERE state = 'pending' AND user_id IS NOT NULL;
CREATE INDEX invite_user ON invite (user_id, state) WHERE user_id IS NOT NULL;

-- Its links by the hash of their secrets: the newest works, those before it say that they were replaced.
CREATE TABLE invite_link (
  hash BLOB PRIMARY KEY,
  invite_id TEXT NOT NULL REFERENCES invite ON DELETE CASCADE,
  created_at INTEGER NOT NULL,
  replaced_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX invite_link_invite ON invite_link (invite_id);

-- Whether a token may get itself a new secret.
ALTER TABLE credential ADD COLUMN renewable INTEGER NOT NULL DEFAULT 0;
-- Pulls in each window; null: as many as it likes.
ALTER TABLE credential ADD COLUMN pull_limit INTEGER;
-- The last notice of its end that was given: so many days before.
ALTER TABLE credential ADD COLUMN expiry_noticed INTEGER;
-- Until when what was issued by the secret before this one still holds.
ALTER TABLE credential ADD COLUMN overlap_until INTEGER;

-- Personal tokens that an organization lets in no more.
CREATE TABLE credential_bar (
  organization_id TEXT NOT NULL REFERENCES organization ON DELETE CASCADE,
  credential_id TEXT NOT NULL REFERENCES credential ON DELETE CASCADE,
  barred_by TEXT NOT NULL,
  barred_at INTEGER NOT NULL,
  PRIMARY KEY (organization_id, credential_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX credential_bar_credential ON credential_bar (credential_id);

-- Pulls since a window began, of a credential or of a user (`kind:id`).
CREATE TABLE pull_count (
  subject TEXT PRIMARY KEY,
  window_start INTEGER NOT NULL,
  pulls INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX pull_count_window ON pull_count (window_start);

-- What was tagged or pushed last, page by page.
CREATE INDEX tag_updated ON tag (repository_id, updated_at, name);
CREATE INDEX manifest_pushed ON manifest (repository_id, pushed_at, digest);

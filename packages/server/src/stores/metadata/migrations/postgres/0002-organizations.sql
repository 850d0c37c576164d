-- Companies, groups, invites, bars and quotas; what a token may renew, and when its owners were told that it ends.

-- Several organizations with owners in common.
CREATE TABLE company (
  id text COLLATE "C" PRIMARY KEY,
  name text COLLATE "C" NOT NULL UNIQUE,
  display_name text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL
);

CREATE TABLE company_owner (
  company_id text COLLATE "C" NOT NULL REFERENCES company ON DELETE CASCADE,
  user_id text COLLATE "C" NOT NULL REFERENCES user_account ON DELETE CASCADE,
  created_at bigint NOT NULL,
  PRIMARY KEY (company_id, user_id)
);
CREATE INDEX company_owner_user ON company_owner (user_id);

ALTER TABLE organization ADD COLUMN company_id text COLLATE "C" REFERENCES company ON DELETE SET NULL;
CREATE INDEX organization_company ON organization (company_id, name) WHERE company_id IS NOT NULL;

-- `group` is a word of SQL.
CREATE TABLE member_group (
  id text COLLATE "C" PRIMARY KEY,
  organization_id text COLLATE "C" NOT NULL REFERENCES organization ON DELETE CASCADE,
  name text COLLATE "C" NOT NULL,
  description text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  UNIQUE (organization_id, name)
);

-- Whoever leaves the organization leaves its groups.
CREATE TABLE group_membership (
  group_id text COLLATE "C" NOT NULL REFERENCES member_group ON DELETE CASCADE,
  organization_id text COLLATE "C" NOT NULL,
  user_id text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  PRIMARY KEY (group_id, user_id),
  FOREIGN KEY (organization_id, user_id) REFERENCES membership ON DELETE CASCADE
);
CREATE INDEX group_membership_member ON group_membership (organization_id, user_id);
CREATE INDEX group_membership_user ON group_membership (user_id);

-- What a group may do: a pattern and a permission. The repository may be gone: the label still says its name.
CREATE TABLE group_permission (
  id text COLLATE "C" PRIMARY KEY,
  group_id text COLLATE "C" NOT NULL REFERENCES member_group ON DELETE CASCADE,
  pattern text COLLATE "C" NOT NULL,
  repository_id text COLLATE "C",
  permission text COLLATE "C" NOT NULL,
  label text COLLATE "C" NOT NULL,
  UNIQUE (group_id, label)
);
CREATE INDEX group_permission_repository ON group_permission (repository_id) WHERE repository_id IS NOT NULL;

-- An invite is for an address or for a user; accepted, declined and cancelled ones stay, to say so to whoever comes with their link.
CREATE TABLE invite (
  id text COLLATE "C" PRIMARY KEY,
  organization_id text COLLATE "C" NOT NULL REFERENCES organization ON DELETE CASCADE,
  email text COLLATE "C",
  user_id text COLLATE "C" REFERENCES user_account ON DELETE CASCADE,
  role text COLLATE "C" NOT NULL,
  group_id text COLLATE "C",
  group_name text COLLATE "C",
  state text COLLATE "C" NOT NULL,
  invited_by text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  sent_at bigint NOT NULL,
  expires_at bigint NOT NULL,
  closed_at bigint,
  CHECK ((email IS NULL) <> (user_id IS NULL))
);
CREATE INDEX invite_organization ON invite (organization_id, state, id);
CREATE UNIQUE INDEX invite_pending_email ON invite (organization_id, email) WHERE state = 'pending' AND email IS NOT NULL;
CREATE UNIQUE INDEX invite_pending_user ON invite (organization_id, user_id) WHERE state = 'pending' AND user_id IS NOT NULL;
CREATE INDEX invite_user ON invite (user_id, state) WHERE user_id IS NOT NULL;

-- Its links by the hash of their secrets: the newest works, those before it say that they were replaced.
CREATE TABLE invite_link (
  hash bytea PRIMARY KEY,
  invite_id text COLLATE "C" NOT NULL REFERENCES invite ON DELETE CASCADE,
  created_at bigint NOT NULL,
  replaced_at bigint
);
CREATE INDEX invite_link_invite ON invite_link (invite_id);

-- Whether a token may get itself a new secret.
ALTER TABLE credential ADD COLUMN renewable smallint NOT NULL DEFAULT 0;
-- Pulls in each window; null: as many as it likes.
ALTER TABLE credential ADD COLUMN pull_limit bigint;
-- The last notice of its end that was given: so many days before.
ALTER TABLE credential ADD COLUMN expiry_noticed bigint;
-- Until when what was issued by the secret before this one still holds.
ALTER TABLE credential ADD COLUMN overlap_until bigint;

-- Personal tokens that an organization lets in no more.
CREATE TABLE credential_bar (
  organization_id text COLLATE "C" NOT NULL REFERENCES organization ON DELETE CASCADE,
  credential_id text COLLATE "C" NOT NULL REFERENCES credential ON DELETE CASCADE,
  barred_by text COLLATE "C" NOT NULL,
  barred_at bigint NOT NULL,
  PRIMARY KEY (organization_id, credential_id)
);
CREATE INDEX credential_bar_credential ON credential_bar (credential_id);

-- Pulls since a window began, of a credential or of a user (`kind:id`).
CREATE TABLE pull_count (
  subject text COLLATE "C" PRIMARY KEY,
  window_start bigint NOT NULL,
  pulls bigint NOT NULL
);
CREATE INDEX pull_count_window ON pull_count (window_start);

-- What was tagged or pushed last, page by page.
CREATE INDEX tag_updated ON tag (repository_id, updated_at, name);
CREATE INDEX manifest_pushed ON manifest (repository_id, pushed_at, digest);

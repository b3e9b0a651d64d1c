-- Why an admin keeps an account out; empty while none does.
ALTER TABLE accounts ADD COLUMN blocked_reason TEXT NOT NULL DEFAULT '';

-- What an act changed: how it was before, and how it is after; empty for one that changed nothing that has a name.
ALTER TABLE admin_acts ADD COLUMN was TEXT NOT NULL DEFAULT '';
ALTER TABLE admin_acts ADD COLUMN became TEXT NOT NULL DEFAULT '';

-- The lists of the back office, newest first.
CREATE INDEX accounts_created_at ON accounts (created_at, id);
CREATE INDEX accounts_role ON accounts (role);
CREATE INDEX admin_acts_kind ON admin_acts (kind, at);
CREATE INDEX access_overrides_created_at ON access_overrides (created_at, id);

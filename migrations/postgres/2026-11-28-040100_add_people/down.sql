DROP INDEX access_overrides_created_at;
DROP INDEX admin_acts_kind;
DROP INDEX accounts_role;
DROP INDEX accounts_created_at;
ALTER TABLE admin_acts DROP COLUMN became;
ALTER TABLE admin_acts DROP COLUMN was;
ALTER TABLE accounts DROP COLUMN blocked_reason;

-- A table of titles that was looked at and is not taken in yet. It is gone when it was taken in, and after a day.
CREATE TABLE title_imports (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    public_id TEXT NOT NULL UNIQUE,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    file_name TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL
);
CREATE INDEX title_imports_account_id ON title_imports (account_id);
CREATE INDEX title_imports_created_at ON title_imports (created_at);

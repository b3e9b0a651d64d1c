-- A file on its way to a title. Its bytes lie in the store's folder for what comes in, under this row's public id.
CREATE TABLE uploads (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    public_id TEXT NOT NULL UNIQUE,
    book_id BIGINT NOT NULL REFERENCES books (id) ON DELETE CASCADE,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    file_name TEXT NOT NULL,
    is_sample BOOLEAN NOT NULL,
    byte_length BIGINT NOT NULL CHECK (byte_length > 0),
    -- How many bytes were made durable and acknowledged, and the state of their SHA-256.
    received BIGINT NOT NULL DEFAULT 0 CHECK (received >= 0 AND received <= byte_length),
    hash_state TEXT NOT NULL DEFAULT '',
    status TEXT NOT NULL CHECK (status IN ('receiving', 'done', 'refused')),
    -- Why it was refused: sentences, one a line.
    refusal TEXT NOT NULL DEFAULT '',
    -- The name under which the store keeps it, written down before it does.
    storage_key TEXT NOT NULL DEFAULT '',
    file_id BIGINT REFERENCES book_files (id) ON DELETE SET NULL,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL
);
CREATE INDEX uploads_book_id ON uploads (book_id, status);
CREATE INDEX uploads_account_id ON uploads (account_id, status);
CREATE INDEX uploads_file_id ON uploads (file_id);
CREATE INDEX uploads_expires_at ON uploads (expires_at);
CREATE INDEX uploads_storage_key ON uploads (storage_key);

-- A key with which a program may bring files to one title, in the name of the account that made it. Only the SHA-256 of
-- the key is kept, in hex.
CREATE TABLE upload_keys (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    public_id TEXT NOT NULL UNIQUE,
    key_hash TEXT NOT NULL UNIQUE,
    book_id BIGINT NOT NULL REFERENCES books (id) ON DELETE CASCADE,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    created_at TIMESTAMP NOT NULL,
    used_at TIMESTAMP
);
CREATE INDEX upload_keys_book_id ON upload_keys (book_id);
CREATE INDEX upload_keys_account_id ON upload_keys (account_id);

-- Files of the store that no row names, and since when: they are removed after a while.
CREATE TABLE stray_files (
    storage_key TEXT PRIMARY KEY NOT NULL,
    seen_at TIMESTAMP NOT NULL
);

-- An admin's explicit yes or no for one account and one book; it goes before order history.
CREATE TABLE access_overrides (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    book_id BIGINT NOT NULL REFERENCES books (id) ON DELETE CASCADE,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    allowed BOOLEAN NOT NULL,
    reason TEXT NOT NULL CHECK (reason <> ''),
    author_id BIGINT REFERENCES accounts (id) ON DELETE SET NULL,
    created_at TIMESTAMP NOT NULL,
    UNIQUE (book_id, account_id)
);
CREATE INDEX access_overrides_account_id ON access_overrides (account_id);
CREATE INDEX access_overrides_author_id ON access_overrides (author_id);

-- The ledger: every answer to "may I have this file?". Append-only; it keeps no address and no e-mail.
CREATE TABLE downloads (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    at TIMESTAMP NOT NULL,
    file_id BIGINT NOT NULL REFERENCES book_files (id) ON DELETE RESTRICT,
    book_id BIGINT NOT NULL REFERENCES books (id) ON DELETE RESTRICT,
    account_id BIGINT REFERENCES accounts (id) ON DELETE SET NULL,
    order_id BIGINT REFERENCES orders (id) ON DELETE SET NULL,
    allowed BOOLEAN NOT NULL,
    reason TEXT NOT NULL,
    backend TEXT NOT NULL,
    method TEXT NOT NULL,
    range TEXT,
    status INTEGER NOT NULL
);
CREATE INDEX downloads_at ON downloads (at);
CREATE INDEX downloads_file_id ON downloads (file_id);
CREATE INDEX downloads_book_id ON downloads (book_id);
CREATE INDEX downloads_account_id ON downloads (account_id);
CREATE INDEX downloads_order_id ON downloads (order_id);

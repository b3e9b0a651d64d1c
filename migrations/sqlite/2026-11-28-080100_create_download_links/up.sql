-- Links for what can't hold a session: each opens one file, for as long as its maker may have it. Only a hash of the
-- secret is kept. Made by an account, or by the bearer of an order's or a gift's token.
CREATE TABLE download_links (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    public_id TEXT NOT NULL UNIQUE,
    token_hash TEXT NOT NULL UNIQUE,
    file_id BIGINT NOT NULL REFERENCES book_files (id) ON DELETE CASCADE,
    account_id BIGINT REFERENCES accounts (id) ON DELETE CASCADE,
    bearer_hash TEXT,
    created_at TIMESTAMP NOT NULL,
    last_used_at TIMESTAMP,
    revoked_at TIMESTAMP,
    CHECK ((account_id IS NULL) <> (bearer_hash IS NULL))
);
CREATE INDEX download_links_file_id ON download_links (file_id);
CREATE INDEX download_links_account_id ON download_links (account_id);
CREATE INDEX download_links_bearer_hash ON download_links (bearer_hash);

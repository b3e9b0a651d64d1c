-- How often what is said of a book was changed: two who change it at once notice each other.
ALTER TABLE books ADD COLUMN revision BIGINT NOT NULL DEFAULT 0;

-- An account asks to become a publisher, in a few words; one open wish of an account at a time.
CREATE TABLE publisher_requests (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    public_id TEXT NOT NULL UNIQUE,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    words TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('open', 'approved', 'declined', 'withdrawn')),
    answer TEXT NOT NULL DEFAULT '',
    answered_by BIGINT REFERENCES accounts (id) ON DELETE SET NULL,
    created_at TIMESTAMP NOT NULL,
    answered_at TIMESTAMP
);
CREATE UNIQUE INDEX publisher_requests_open ON publisher_requests (account_id) WHERE status = 'open';
CREATE INDEX publisher_requests_account_id ON publisher_requests (account_id);
CREATE INDEX publisher_requests_answered_by ON publisher_requests (answered_by);
CREATE INDEX publisher_requests_status ON publisher_requests (status, created_at);

-- A publisher asks for an admin's yes: to a title, to one more edition of it, or to its return to the shelves. While it
-- is open, and after a yes until the edition is out, the edition's files stay as they are.
CREATE TABLE reviews (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    public_id TEXT NOT NULL UNIQUE,
    book_id BIGINT NOT NULL REFERENCES books (id) ON DELETE CASCADE,
    edition_id BIGINT REFERENCES editions (id) ON DELETE SET NULL,
    asked_by BIGINT REFERENCES accounts (id) ON DELETE SET NULL,
    words TEXT NOT NULL DEFAULT '',
    tell_buyers BOOLEAN NOT NULL DEFAULT FALSE,
    status TEXT NOT NULL CHECK (status IN ('open', 'approved', 'returned', 'withdrawn')),
    answer TEXT NOT NULL DEFAULT '',
    answered_by BIGINT REFERENCES accounts (id) ON DELETE SET NULL,
    created_at TIMESTAMP NOT NULL,
    answered_at TIMESTAMP
);
CREATE UNIQUE INDEX reviews_open ON reviews (book_id) WHERE status = 'open';
CREATE INDEX reviews_book_id ON reviews (book_id);
CREATE INDEX reviews_edition_id ON reviews (edition_id);
CREATE INDEX reviews_asked_by ON reviews (asked_by);
CREATE INDEX reviews_answered_by ON reviews (answered_by);
CREATE INDEX reviews_status ON reviews (status, created_at);

-- When a title, or its next edition, comes out by itself. It waits for an admin's yes until `approved`.
CREATE TABLE release_plans (
    book_id BIGINT PRIMARY KEY NOT NULL REFERENCES books (id) ON DELETE CASCADE,
    publish_at TIMESTAMP NOT NULL,
    approved BOOLEAN NOT NULL,
    tell_buyers BOOLEAN NOT NULL DEFAULT FALSE,
    set_by BIGINT REFERENCES accounts (id) ON DELETE SET NULL,
    -- Why it could not come out when its time had come; empty while all is well.
    problem TEXT NOT NULL DEFAULT '',
    created_at TIMESTAMP NOT NULL
);
CREATE INDEX release_plans_set_by ON release_plans (set_by);
CREATE INDEX release_plans_publish_at ON release_plans (publish_at);

-- Telling the buyers of an edition: `reached` is the last line item that was looked at.
CREATE TABLE edition_news (
    edition_id BIGINT PRIMARY KEY NOT NULL REFERENCES editions (id) ON DELETE CASCADE,
    reached BIGINT NOT NULL DEFAULT 0,
    told BIGINT NOT NULL DEFAULT 0,
    created_at TIMESTAMP NOT NULL,
    done_at TIMESTAMP
);
CREATE INDEX edition_news_done_at ON edition_news (done_at);

-- The link in such a mail, to get no more of them. Only the SHA-256 of the token is kept, in hex.
CREATE TABLE news_tokens (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    token_hash TEXT NOT NULL UNIQUE,
    email_key TEXT NOT NULL,
    account_id BIGINT REFERENCES accounts (id) ON DELETE CASCADE,
    book_id BIGINT NOT NULL REFERENCES books (id) ON DELETE CASCADE,
    created_at TIMESTAMP NOT NULL
);
CREATE INDEX news_tokens_account_id ON news_tokens (account_id);
CREATE INDEX news_tokens_book_id ON news_tokens (book_id);

-- Who wants no such mails: about one book, or, without one, about any.
CREATE TABLE news_opt_outs (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    email_key TEXT NOT NULL,
    account_id BIGINT REFERENCES accounts (id) ON DELETE CASCADE,
    book_id BIGINT REFERENCES books (id) ON DELETE CASCADE,
    created_at TIMESTAMP NOT NULL
);
CREATE INDEX news_opt_outs_email_key ON news_opt_outs (email_key);
CREATE INDEX news_opt_outs_account_id ON news_opt_outs (account_id);
CREATE INDEX news_opt_outs_book_id ON news_opt_outs (book_id);

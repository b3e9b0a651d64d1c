CREATE TABLE categories (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    description TEXT NOT NULL DEFAULT '',
    position INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE series (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL
);

CREATE TABLE contributors (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL
);

-- A title. Its price is in minor units of `currency` (ISO 4217); 0 is a free book. `sort_title` is the title folded by
-- the app, so that both databases put titles into one order.
CREATE TABLE books (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    public_id TEXT NOT NULL UNIQUE,
    slug TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL CHECK (title <> ''),
    sort_title TEXT NOT NULL DEFAULT '',
    subtitle TEXT NOT NULL DEFAULT '',
    description TEXT NOT NULL DEFAULT '',
    language TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'in_review', 'published', 'archived')),
    price_minor BIGINT NOT NULL CHECK (price_minor >= 0),
    currency TEXT NOT NULL CHECK (length(currency) = 3),
    series_id BIGINT REFERENCES series (id) ON DELETE SET NULL,
    series_position INTEGER,
    publisher_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE RESTRICT,
    published_at TIMESTAMP,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL
);
CREATE INDEX books_status_published_at ON books (status, published_at);
CREATE INDEX books_status_sort_title ON books (status, sort_title);
CREATE INDEX books_status_price_minor ON books (status, price_minor);
CREATE INDEX books_series_id ON books (series_id);
CREATE INDEX books_publisher_id ON books (publisher_id);

CREATE TABLE book_contributors (
    book_id BIGINT NOT NULL REFERENCES books (id) ON DELETE CASCADE,
    contributor_id BIGINT NOT NULL REFERENCES contributors (id) ON DELETE RESTRICT,
    role TEXT NOT NULL CHECK (role IN ('author', 'editor', 'translator', 'illustrator')),
    position INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (book_id, contributor_id, role)
);
CREATE INDEX book_contributors_contributor_id ON book_contributors (contributor_id);

CREATE TABLE book_categories (
    book_id BIGINT NOT NULL REFERENCES books (id) ON DELETE CASCADE,
    category_id BIGINT NOT NULL REFERENCES categories (id) ON DELETE CASCADE,
    PRIMARY KEY (book_id, category_id)
);
CREATE INDEX book_categories_category_id ON book_categories (category_id);

-- One published state of a book's files; without `published_at` it is still being prepared.
CREATE TABLE editions (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    book_id BIGINT NOT NULL REFERENCES books (id) ON DELETE RESTRICT,
    number INTEGER NOT NULL CHECK (number > 0),
    release_notes TEXT NOT NULL DEFAULT '',
    published_at TIMESTAMP,
    created_at TIMESTAMP NOT NULL,
    UNIQUE (book_id, number)
);

-- One format of one edition. `storage_key` names the bytes in the store; many files may share them.
CREATE TABLE book_files (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    public_id TEXT NOT NULL UNIQUE,
    book_id BIGINT NOT NULL REFERENCES books (id) ON DELETE RESTRICT,
    edition_id BIGINT NOT NULL REFERENCES editions (id) ON DELETE RESTRICT,
    format TEXT NOT NULL,
    is_sample BOOLEAN NOT NULL DEFAULT FALSE,
    file_name TEXT NOT NULL CHECK (file_name <> ''),
    media_type TEXT NOT NULL,
    byte_length BIGINT NOT NULL CHECK (byte_length >= 0),
    sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
    storage_key TEXT NOT NULL CHECK (storage_key <> ''),
    created_at TIMESTAMP NOT NULL,
    UNIQUE (edition_id, format, is_sample)
);
CREATE INDEX book_files_book_id ON book_files (book_id);
CREATE INDEX book_files_storage_key ON book_files (storage_key);

-- The cover a book shows, re-encoded by the shop in the widths its pages use.
CREATE TABLE covers (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    public_id TEXT NOT NULL UNIQUE,
    book_id BIGINT NOT NULL UNIQUE REFERENCES books (id) ON DELETE CASCADE,
    created_at TIMESTAMP NOT NULL
);

CREATE TABLE cover_images (
    cover_id BIGINT NOT NULL REFERENCES covers (id) ON DELETE CASCADE,
    width INTEGER NOT NULL CHECK (width > 0),
    height INTEGER NOT NULL CHECK (height > 0),
    media_type TEXT NOT NULL,
    byte_length BIGINT NOT NULL CHECK (byte_length > 0),
    storage_key TEXT NOT NULL CHECK (storage_key <> ''),
    PRIMARY KEY (cover_id, width)
);
CREATE INDEX cover_images_storage_key ON cover_images (storage_key);

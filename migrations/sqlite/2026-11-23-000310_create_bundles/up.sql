-- Some books for one price, in minor units of `currency`.
CREATE TABLE bundles (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    public_id TEXT NOT NULL UNIQUE,
    slug TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL CHECK (length(title) > 0),
    description TEXT NOT NULL DEFAULT '',
    price_minor BIGINT NOT NULL CHECK (price_minor >= 0),
    currency TEXT NOT NULL CHECK (length(currency) = 3),
    published_at TIMESTAMP,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL
);
CREATE INDEX bundles_published_at ON bundles (published_at);

CREATE TABLE bundle_books (
    bundle_id BIGINT NOT NULL REFERENCES bundles (id) ON DELETE CASCADE,
    book_id BIGINT NOT NULL REFERENCES books (id) ON DELETE CASCADE,
    position BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (bundle_id, book_id)
);
CREATE INDEX bundle_books_book_id ON bundle_books (book_id);

CREATE TABLE cart_bundles (
    cart_id BIGINT NOT NULL REFERENCES carts (id) ON DELETE CASCADE,
    bundle_id BIGINT NOT NULL REFERENCES bundles (id) ON DELETE CASCADE,
    added_at TIMESTAMP NOT NULL,
    PRIMARY KEY (cart_id, bundle_id)
);
CREATE INDEX cart_bundles_bundle_id ON cart_bundles (bundle_id);

-- What someone means to buy. A visitor's cart is found by the hash of a cookie, an account's by the account.
CREATE TABLE carts (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    token_hash TEXT UNIQUE,
    account_id BIGINT UNIQUE REFERENCES accounts (id) ON DELETE CASCADE,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    CHECK (token_hash IS NOT NULL OR account_id IS NOT NULL)
);
CREATE INDEX carts_updated_at ON carts (updated_at);

CREATE TABLE cart_items (
    cart_id BIGINT NOT NULL REFERENCES carts (id) ON DELETE CASCADE,
    book_id BIGINT NOT NULL REFERENCES books (id) ON DELETE CASCADE,
    added_at TIMESTAMP NOT NULL,
    PRIMARY KEY (cart_id, book_id)
);
CREATE INDEX cart_items_book_id ON cart_items (book_id);

-- An order: money in minor units of `currency`, as it was when the order was placed. `livemode` is false for
-- sandbox money, which never counts.
CREATE TABLE orders (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    public_id TEXT NOT NULL UNIQUE,
    number TEXT NOT NULL UNIQUE,
    account_id BIGINT REFERENCES accounts (id) ON DELETE SET NULL,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    currency TEXT NOT NULL CHECK (length(currency) = 3),
    subtotal_minor BIGINT NOT NULL CHECK (subtotal_minor >= 0),
    discount_minor BIGINT NOT NULL DEFAULT 0 CHECK (discount_minor >= 0),
    total_minor BIGINT NOT NULL CHECK (total_minor >= 0),
    status TEXT NOT NULL CHECK (status IN ('pending', 'processing', 'paid', 'partially_refunded', 'refunded', 'disputed', 'charged_back', 'failed', 'expired', 'cancelled', 'needs_review')),
    gateway TEXT NOT NULL,
    livemode BOOLEAN NOT NULL,
    cart_fingerprint TEXT NOT NULL,
    note TEXT NOT NULL DEFAULT '',
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP,
    paid_at TIMESTAMP,
    receipt_sent_at TIMESTAMP,
    CHECK (total_minor = subtotal_minor - discount_minor)
);
CREATE INDEX orders_account_id ON orders (account_id);
CREATE INDEX orders_email_key ON orders (email_key);
CREATE INDEX orders_status_expires_at ON orders (status, expires_at);
CREATE INDEX orders_status_created_at ON orders (status, created_at);
CREATE INDEX orders_cart_fingerprint ON orders (cart_fingerprint);

-- A link to an order for someone without an account. Only the SHA-256 of the token is kept, in hex.
CREATE TABLE order_tokens (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    order_id BIGINT NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
    token_hash TEXT NOT NULL UNIQUE,
    created_at TIMESTAMP NOT NULL,
    revoked_at TIMESTAMP
);
CREATE INDEX order_tokens_order_id ON order_tokens (order_id);

-- One book in an order, with its title and price as at the sale. `refunded_at` closes this book's access.
CREATE TABLE line_items (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    order_id BIGINT NOT NULL REFERENCES orders (id) ON DELETE RESTRICT,
    book_id BIGINT NOT NULL REFERENCES books (id) ON DELETE RESTRICT,
    edition_id BIGINT REFERENCES editions (id) ON DELETE RESTRICT,
    title TEXT NOT NULL,
    price_minor BIGINT NOT NULL CHECK (price_minor >= 0),
    discount_minor BIGINT NOT NULL DEFAULT 0 CHECK (discount_minor >= 0 AND discount_minor <= price_minor),
    refunded_minor BIGINT NOT NULL DEFAULT 0 CHECK (refunded_minor >= 0),
    refunded_at TIMESTAMP,
    UNIQUE (order_id, book_id)
);
CREATE INDEX line_items_book_id ON line_items (book_id, order_id);
CREATE INDEX line_items_edition_id ON line_items (edition_id);

-- One attempt to pay an order at the gateway's own page.
CREATE TABLE checkouts (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    order_id BIGINT NOT NULL REFERENCES orders (id) ON DELETE RESTRICT,
    attempt INTEGER NOT NULL CHECK (attempt > 0),
    gateway TEXT NOT NULL,
    gateway_id TEXT,
    url TEXT,
    status TEXT NOT NULL CHECK (status IN ('creating', 'open', 'complete', 'expired')),
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP,
    UNIQUE (order_id, attempt),
    UNIQUE (gateway, gateway_id)
);

-- What a gateway told us, stored by its id before anything is done about it.
CREATE TABLE payment_events (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    gateway TEXT NOT NULL,
    event_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    object_id TEXT NOT NULL,
    livemode BOOLEAN NOT NULL,
    api_version TEXT NOT NULL DEFAULT '',
    payload TEXT NOT NULL,
    received_at TIMESTAMP NOT NULL,
    next_try_at TIMESTAMP NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    last_error TEXT,
    processed_at TIMESTAMP,
    UNIQUE (gateway, event_id)
);
CREATE INDEX payment_events_processed_at ON payment_events (processed_at, next_try_at);

-- Money that a gateway holds or held for an order.
CREATE TABLE payments (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    order_id BIGINT NOT NULL REFERENCES orders (id) ON DELETE RESTRICT,
    gateway TEXT NOT NULL,
    gateway_id TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('processing', 'succeeded', 'failed')),
    amount_minor BIGINT NOT NULL CHECK (amount_minor >= 0),
    currency TEXT NOT NULL CHECK (length(currency) = 3),
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    settled_at TIMESTAMP,
    UNIQUE (gateway, gateway_id)
);
CREATE INDEX payments_order_id ON payments (order_id);

CREATE TABLE refunds (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    public_id TEXT NOT NULL UNIQUE,
    order_id BIGINT NOT NULL REFERENCES orders (id) ON DELETE RESTRICT,
    payment_id BIGINT NOT NULL REFERENCES payments (id) ON DELETE RESTRICT,
    gateway TEXT NOT NULL,
    gateway_id TEXT,
    status TEXT NOT NULL CHECK (status IN ('requested', 'pending', 'succeeded', 'failed', 'cancelled')),
    amount_minor BIGINT NOT NULL CHECK (amount_minor > 0),
    currency TEXT NOT NULL CHECK (length(currency) = 3),
    reason TEXT NOT NULL DEFAULT '',
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    UNIQUE (gateway, gateway_id)
);
CREATE INDEX refunds_order_id ON refunds (order_id);
CREATE INDEX refunds_payment_id ON refunds (payment_id);

CREATE TABLE refund_items (
    refund_id BIGINT NOT NULL REFERENCES refunds (id) ON DELETE CASCADE,
    line_item_id BIGINT NOT NULL REFERENCES line_items (id) ON DELETE RESTRICT,
    amount_minor BIGINT NOT NULL CHECK (amount_minor > 0),
    PRIMARY KEY (refund_id, line_item_id)
);
CREATE INDEX refund_items_line_item_id ON refund_items (line_item_id);

CREATE TABLE disputes (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    order_id BIGINT NOT NULL REFERENCES orders (id) ON DELETE RESTRICT,
    payment_id BIGINT NOT NULL REFERENCES payments (id) ON DELETE RESTRICT,
    gateway TEXT NOT NULL,
    gateway_id TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('inquiry', 'open', 'won', 'lost')),
    amount_minor BIGINT NOT NULL CHECK (amount_minor >= 0),
    currency TEXT NOT NULL CHECK (length(currency) = 3),
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    UNIQUE (gateway, gateway_id)
);
CREATE INDEX disputes_order_id ON disputes (order_id);
CREATE INDEX disputes_payment_id ON disputes (payment_id);

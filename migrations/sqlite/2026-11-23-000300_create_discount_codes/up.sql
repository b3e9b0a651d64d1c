-- A code that takes something off. `uses` counts the slots that are held or used: it only ever moves by a conditional
-- update, so that a limit holds however many buy at once. Amounts are in minor units of `currency`.
CREATE TABLE discount_codes (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    public_id TEXT NOT NULL UNIQUE,
    code TEXT NOT NULL UNIQUE CHECK (length(code) > 0),
    kind TEXT NOT NULL CHECK (kind IN ('percent', 'amount')),
    basis_points BIGINT NOT NULL DEFAULT 0 CHECK (basis_points >= 0 AND basis_points <= 10000),
    amount_minor BIGINT NOT NULL DEFAULT 0 CHECK (amount_minor >= 0),
    currency TEXT NOT NULL CHECK (length(currency) = 3),
    every_book BOOLEAN NOT NULL,
    starts_at TIMESTAMP,
    ends_at TIMESTAMP,
    use_limit BIGINT CHECK (use_limit > 0),
    customer_limit BIGINT CHECK (customer_limit > 0),
    minimum_minor BIGINT NOT NULL DEFAULT 0 CHECK (minimum_minor >= 0),
    uses BIGINT NOT NULL DEFAULT 0 CHECK (uses >= 0),
    note TEXT NOT NULL DEFAULT '',
    switched_off_at TIMESTAMP,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL
);

-- The books that a code is for, unless it is for every book.
CREATE TABLE code_books (
    code_id BIGINT NOT NULL REFERENCES discount_codes (id) ON DELETE CASCADE,
    book_id BIGINT NOT NULL REFERENCES books (id) ON DELETE CASCADE,
    PRIMARY KEY (code_id, book_id)
);
CREATE INDEX code_books_book_id ON code_books (book_id);

-- The code that someone typed into a cart.
CREATE TABLE cart_codes (
    cart_id BIGINT PRIMARY KEY NOT NULL REFERENCES carts (id) ON DELETE CASCADE,
    code_id BIGINT NOT NULL REFERENCES discount_codes (id) ON DELETE CASCADE,
    entered_at TIMESTAMP NOT NULL
);
CREATE INDEX cart_codes_code_id ON cart_codes (code_id);

-- One order's slot of a code. `over_limit`: money came for an order that had given its slot back, and took it again
-- although none was free.
CREATE TABLE code_uses (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    code_id BIGINT NOT NULL REFERENCES discount_codes (id) ON DELETE RESTRICT,
    order_id BIGINT NOT NULL UNIQUE REFERENCES orders (id) ON DELETE RESTRICT,
    account_id BIGINT REFERENCES accounts (id) ON DELETE SET NULL,
    email_key TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('held', 'used', 'released')),
    discount_minor BIGINT NOT NULL CHECK (discount_minor >= 0),
    over_limit BOOLEAN NOT NULL DEFAULT FALSE,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL
);
CREATE INDEX code_uses_code_id ON code_uses (code_id, state);
CREATE INDEX code_uses_email_key ON code_uses (email_key);
CREATE INDEX code_uses_account_id ON code_uses (account_id);

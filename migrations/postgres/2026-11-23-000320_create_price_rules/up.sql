-- The books for which readers name the price. The suggestion is the book's own price; without a row the price is fixed.
CREATE TABLE price_rules (
    book_id BIGINT PRIMARY KEY NOT NULL REFERENCES books (id) ON DELETE CASCADE,
    minimum_minor BIGINT NOT NULL CHECK (minimum_minor >= 0),
    updated_at TIMESTAMP NOT NULL
);

-- What a reader means to pay for a book in the cart, in minor units of the shop's currency.
CREATE TABLE cart_amounts (
    cart_id BIGINT NOT NULL REFERENCES carts (id) ON DELETE CASCADE,
    book_id BIGINT NOT NULL REFERENCES books (id) ON DELETE CASCADE,
    amount_minor BIGINT NOT NULL CHECK (amount_minor >= 0),
    PRIMARY KEY (cart_id, book_id)
);
CREATE INDEX cart_amounts_book_id ON cart_amounts (book_id);

-- Why a line item costs less than its price: the parts of its discount, in minor units of the order's currency.
CREATE TABLE line_reductions (
    line_item_id BIGINT PRIMARY KEY NOT NULL REFERENCES line_items (id) ON DELETE CASCADE,
    bundle TEXT NOT NULL DEFAULT '',
    bundle_minor BIGINT NOT NULL DEFAULT 0 CHECK (bundle_minor >= 0),
    code TEXT NOT NULL DEFAULT '',
    code_minor BIGINT NOT NULL DEFAULT 0 CHECK (code_minor >= 0)
);

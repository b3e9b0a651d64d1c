-- What of an order's money is tax. `rate` is in hundredths of a percent, where one rate is known.
CREATE TABLE order_tax (
    order_id BIGINT NOT NULL PRIMARY KEY REFERENCES orders (id) ON DELETE CASCADE,
    mode TEXT NOT NULL CHECK (mode IN ('none', 'included', 'stripe_inclusive', 'stripe_exclusive')),
    country TEXT NOT NULL,
    rate BIGINT,
    tax_minor BIGINT NOT NULL DEFAULT 0 CHECK (tax_minor >= 0),
    added_tax_minor BIGINT NOT NULL DEFAULT 0 CHECK (added_tax_minor >= 0),
    changed_at TIMESTAMP NOT NULL
);

-- Who an order's invoice is for. `source`: the gateway's page, or the buyer afterwards.
CREATE TABLE order_billing (
    order_id BIGINT NOT NULL PRIMARY KEY REFERENCES orders (id) ON DELETE CASCADE,
    name TEXT NOT NULL DEFAULT '',
    company TEXT NOT NULL DEFAULT '',
    address TEXT NOT NULL DEFAULT '',
    country TEXT NOT NULL DEFAULT '',
    vat_id TEXT NOT NULL DEFAULT '',
    source TEXT NOT NULL CHECK (source IN ('gateway', 'buyer')),
    changed_at TIMESTAMP NOT NULL
);

-- The last number of each series of papers. Drawn in the transaction that writes the paper: no gap, no number twice.
CREATE TABLE paper_series (
    series TEXT NOT NULL PRIMARY KEY,
    last BIGINT NOT NULL CHECK (last >= 0)
);

-- Invoices, corrections, credit notes and what takes these back: never changed once written. `snapshot` is JSON and
-- holds all that the paper says.
CREATE TABLE papers (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    order_id BIGINT NOT NULL REFERENCES orders (id) ON DELETE RESTRICT,
    kind TEXT NOT NULL CHECK (kind IN ('invoice', 'correction', 'credit_note', 'credit_reversal')),
    number TEXT NOT NULL UNIQUE,
    refers_to BIGINT REFERENCES papers (id) ON DELETE RESTRICT,
    refund_id BIGINT REFERENCES refunds (id) ON DELETE RESTRICT,
    total_minor BIGINT NOT NULL,
    tax_minor BIGINT NOT NULL,
    currency TEXT NOT NULL CHECK (length(currency) = 3),
    snapshot TEXT NOT NULL,
    issued_at TIMESTAMP NOT NULL,
    UNIQUE (refund_id, kind)
);
CREATE INDEX papers_order_id ON papers (order_id, id);
CREATE INDEX papers_refers_to ON papers (refers_to);
CREATE INDEX papers_issued_at ON papers (issued_at);

-- The buyer's word that the books come at once and cannot be given back, in the words that were shown.
CREATE TABLE order_waivers (
    order_id BIGINT NOT NULL PRIMARY KEY REFERENCES orders (id) ON DELETE CASCADE,
    text TEXT NOT NULL,
    version TEXT NOT NULL,
    agreed_at TIMESTAMP NOT NULL
);

-- Statements of withdrawal, as they came in; `order_id` where number and address fitted an order.
CREATE TABLE withdrawals (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    public_id TEXT NOT NULL UNIQUE,
    order_id BIGINT REFERENCES orders (id) ON DELETE RESTRICT,
    order_number TEXT NOT NULL,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    statement TEXT NOT NULL DEFAULT '',
    received_at TIMESTAMP NOT NULL
);
CREATE INDEX withdrawals_order_id ON withdrawals (order_id);
CREATE INDEX withdrawals_received_at ON withdrawals (received_at);

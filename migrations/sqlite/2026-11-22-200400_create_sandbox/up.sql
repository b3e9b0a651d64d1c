-- The sandbox gateway's own books: what a real gateway would keep on its side. No order, no money.
CREATE TABLE sandbox_checkouts (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    public_id TEXT NOT NULL UNIQUE,
    idempotency_key TEXT NOT NULL UNIQUE,
    reference TEXT NOT NULL,
    email TEXT NOT NULL,
    currency TEXT NOT NULL,
    amount_minor BIGINT NOT NULL CHECK (amount_minor >= 0),
    lines TEXT NOT NULL,
    success_url TEXT NOT NULL,
    cancel_url TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('open', 'complete', 'expired')),
    payment_status TEXT NOT NULL CHECK (payment_status IN ('unpaid', 'processing', 'paid', 'failed')),
    payment_id TEXT UNIQUE,
    settles_at TIMESTAMP,
    refunded_minor BIGINT NOT NULL DEFAULT 0 CHECK (refunded_minor >= 0 AND refunded_minor <= amount_minor),
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL
);
CREATE INDEX sandbox_checkouts_settles_at ON sandbox_checkouts (settles_at);

CREATE TABLE sandbox_refunds (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    public_id TEXT NOT NULL UNIQUE,
    idempotency_key TEXT NOT NULL UNIQUE,
    checkout_id BIGINT NOT NULL REFERENCES sandbox_checkouts (id) ON DELETE CASCADE,
    amount_minor BIGINT NOT NULL CHECK (amount_minor > 0),
    created_at TIMESTAMP NOT NULL
);
CREATE INDEX sandbox_refunds_checkout_id ON sandbox_refunds (checkout_id);

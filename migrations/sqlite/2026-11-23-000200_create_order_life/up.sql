-- What the gateway said of a payment beside its amount: through which checkout it came, the tax that the gateway put on
-- top, what of it does not fit the order (empty when all fits), and which admin took it all the same.
CREATE TABLE payment_facts (
    payment_id BIGINT PRIMARY KEY NOT NULL REFERENCES payments (id) ON DELETE CASCADE,
    checkout_id BIGINT REFERENCES checkouts (id) ON DELETE CASCADE,
    added_tax_minor BIGINT NOT NULL DEFAULT 0,
    mismatch TEXT NOT NULL DEFAULT '',
    accepted_at TIMESTAMP,
    accepted_by BIGINT REFERENCES accounts (id) ON DELETE SET NULL,
    accepted_reason TEXT NOT NULL DEFAULT ''
);
CREATE INDEX payment_facts_checkout_id ON payment_facts (checkout_id);
CREATE INDEX payment_facts_accepted_by ON payment_facts (accepted_by);
INSERT INTO payment_facts (payment_id, checkout_id)
    SELECT payments.id, (
        SELECT checkouts.id FROM checkouts
        WHERE checkouts.order_id = payments.order_id AND checkouts.gateway = payments.gateway
          AND checkouts.status = 'complete'
        ORDER BY checkouts.attempt DESC LIMIT 1
    ) FROM payments;

-- Items that were taken back without money, since they cost nothing.
CREATE TABLE closed_items (
    line_item_id BIGINT PRIMARY KEY NOT NULL REFERENCES line_items (id) ON DELETE CASCADE,
    reason TEXT NOT NULL DEFAULT '',
    created_at TIMESTAMP NOT NULL
);
INSERT INTO closed_items (line_item_id, created_at)
    SELECT id, refunded_at FROM line_items WHERE refunded_at IS NOT NULL AND price_minor = discount_minor;

-- What a refund is for: the books it names, an amount without a book, what was done at the gateway's own site, or the
-- return of a payment that came a second time.
ALTER TABLE refunds ADD COLUMN purpose TEXT NOT NULL DEFAULT 'items'
    CHECK (purpose IN ('items', 'amount', 'outside', 'second_payment'));
ALTER TABLE refunds ADD COLUMN is_unclear BOOLEAN NOT NULL DEFAULT FALSE;

-- The gateway's own word; `status` is what it means for the order.
ALTER TABLE disputes ADD COLUMN state TEXT NOT NULL DEFAULT 'open'
    CHECK (state IN ('inquiry', 'inquiry_closed', 'open', 'won', 'lost', 'unclear'));
ALTER TABLE disputes ADD COLUMN reason TEXT NOT NULL DEFAULT '';

-- The sandbox's own books: refunds that can fail, disputes, and delayed payments that do not come.
ALTER TABLE sandbox_refunds ADD COLUMN state TEXT NOT NULL DEFAULT 'succeeded'
    CHECK (state IN ('pending', 'succeeded', 'failed', 'cancelled'));
ALTER TABLE sandbox_refunds ADD COLUMN reference TEXT;
UPDATE sandbox_refunds SET reference = substr(idempotency_key, 4) WHERE idempotency_key LIKE 'rf/%';
ALTER TABLE sandbox_checkouts ADD COLUMN settles_as TEXT NOT NULL DEFAULT 'paid'
    CHECK (settles_as IN ('paid', 'failed'));
CREATE TABLE sandbox_disputes (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    public_id TEXT NOT NULL UNIQUE,
    checkout_id BIGINT NOT NULL REFERENCES sandbox_checkouts (id) ON DELETE CASCADE,
    state TEXT NOT NULL CHECK (state IN ('inquiry', 'inquiry_closed', 'open', 'won', 'lost', 'unclear')),
    amount_minor BIGINT NOT NULL CHECK (amount_minor > 0),
    created_at TIMESTAMP NOT NULL
);
CREATE INDEX sandbox_disputes_checkout_id ON sandbox_disputes (checkout_id);

-- An order that is a gift: its books are the recipient's, not the buyer's. `deliver_at` is when the mail is due, `sent_at`
-- when it went: from then on the recipient may read. `email_key` is what two spellings of the address share.
CREATE TABLE gifts (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    public_id TEXT NOT NULL UNIQUE,
    order_id BIGINT NOT NULL UNIQUE REFERENCES orders (id) ON DELETE RESTRICT,
    giver_name TEXT NOT NULL,
    recipient_name TEXT NOT NULL DEFAULT '',
    recipient_email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    message TEXT NOT NULL DEFAULT '',
    deliver_at TIMESTAMP NOT NULL,
    sendings BIGINT NOT NULL DEFAULT 0 CHECK (sendings >= 0),
    sent_at TIMESTAMP,
    opened_at TIMESTAMP,
    claimed_by BIGINT REFERENCES accounts (id) ON DELETE SET NULL,
    claimed_at TIMESTAMP,
    withdrawn_at TIMESTAMP,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL
);
CREATE INDEX gifts_claimed_by ON gifts (claimed_by);
CREATE INDEX gifts_email_key ON gifts (email_key);
CREATE INDEX gifts_sent_at_deliver_at ON gifts (sent_at, deliver_at);

-- A link to a gift. Only the SHA-256 of the token is kept, in hex.
CREATE TABLE gift_tokens (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    gift_id BIGINT NOT NULL REFERENCES gifts (id) ON DELETE CASCADE,
    token_hash TEXT NOT NULL UNIQUE,
    created_at TIMESTAMP NOT NULL,
    revoked_at TIMESTAMP
);
CREATE INDEX gift_tokens_gift_id ON gift_tokens (gift_id);

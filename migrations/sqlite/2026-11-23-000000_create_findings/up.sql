-- What an admin has to look at: where money, orders and rights do not agree, or where a decision is theirs.
CREATE TABLE findings (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    public_id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (length(kind) > 0),
    subject TEXT NOT NULL,
    order_id BIGINT REFERENCES orders (id) ON DELETE RESTRICT,
    detail TEXT NOT NULL,
    first_seen_at TIMESTAMP NOT NULL,
    last_seen_at TIMESTAMP NOT NULL,
    alerted_at TIMESTAMP,
    resolved_at TIMESTAMP,
    resolved_by BIGINT REFERENCES accounts (id) ON DELETE SET NULL,
    resolution TEXT NOT NULL DEFAULT '',
    UNIQUE (kind, subject)
);
CREATE INDEX findings_order_id ON findings (order_id);
CREATE INDEX findings_resolved_by ON findings (resolved_by);
CREATE INDEX findings_resolved_at ON findings (resolved_at, first_seen_at);

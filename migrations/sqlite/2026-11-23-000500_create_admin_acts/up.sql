-- Who did what in the back office. `who` is the address at that time: it stays when the account goes.
CREATE TABLE admin_acts (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    account_id BIGINT REFERENCES accounts (id) ON DELETE SET NULL,
    who TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (length(kind) > 0),
    order_id BIGINT REFERENCES orders (id) ON DELETE RESTRICT,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL DEFAULT '',
    -- What came of it; empty when the program was cut off between the wish and its end.
    outcome TEXT NOT NULL DEFAULT '',
    at TIMESTAMP NOT NULL
);
CREATE INDEX admin_acts_account_id ON admin_acts (account_id);
CREATE INDEX admin_acts_order_id ON admin_acts (order_id);
CREATE INDEX admin_acts_at ON admin_acts (at);

-- How far a gateway was asked, and when: what a start after an outage goes on from.
CREATE TABLE gateway_marks (
    gateway TEXT NOT NULL,
    what TEXT NOT NULL,
    until TIMESTAMP NOT NULL,
    noted_at TIMESTAMP NOT NULL,
    PRIMARY KEY (gateway, what)
);

-- The lists of the back office, newest first; the events about one payment.
CREATE INDEX orders_created_at ON orders (created_at, id);
CREATE INDEX payment_events_object_id ON payment_events (object_id);

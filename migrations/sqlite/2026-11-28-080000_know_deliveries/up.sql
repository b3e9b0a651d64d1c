-- What became of an answer that handed a file out. The ticket is the name of the answer between the shop and the web
-- server in front; the rest is written once, when its end is known.
ALTER TABLE downloads ADD COLUMN ticket TEXT;
ALTER TABLE downloads ADD COLUMN device TEXT;
ALTER TABLE downloads ADD COLUMN sent_bytes BIGINT;
ALTER TABLE downloads ADD COLUMN outcome TEXT CHECK (outcome IN ('complete', 'partial', 'aborted'));
CREATE UNIQUE INDEX downloads_ticket ON downloads (ticket);

-- One download as people count it: one buyer, one file, whatever the number of answers. A buyer is an order, or an
-- account that needs none.
CREATE TABLE deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    file_id BIGINT NOT NULL REFERENCES book_files (id) ON DELETE CASCADE,
    order_id BIGINT REFERENCES orders (id) ON DELETE CASCADE,
    account_id BIGINT REFERENCES accounts (id) ON DELETE CASCADE,
    began_at TIMESTAMP NOT NULL,
    last_at TIMESTAMP NOT NULL,
    answers BIGINT NOT NULL,
    sent_bytes BIGINT NOT NULL,
    covered TEXT NOT NULL,
    backend TEXT NOT NULL,
    device TEXT,
    completed_at TIMESTAMP,
    forgiven_at TIMESTAMP,
    CHECK (order_id IS NOT NULL OR account_id IS NOT NULL)
);
CREATE INDEX deliveries_file_id ON deliveries (file_id);
CREATE INDEX deliveries_order_id ON deliveries (order_id, file_id);
CREATE INDEX deliveries_account_id ON deliveries (account_id, file_id);

-- How far the web server's log was read. A log is known by its first line, wherever it was moved since.
CREATE TABLE delivery_logs (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    first_line TEXT NOT NULL UNIQUE,
    inode BIGINT NOT NULL,
    position BIGINT NOT NULL CHECK (position >= 0),
    read_at TIMESTAMP NOT NULL
);

-- Books are never deleted, and nothing asks for the downloads of one.
DROP INDEX downloads_book_id;

-- An answer that has ended needs no ticket.
DROP INDEX downloads_ticket;
CREATE UNIQUE INDEX downloads_ticket ON downloads (ticket) WHERE ticket IS NOT NULL;

-- Devices are forgotten after a day: whoever looks for those that are due shall not read the whole ledger.
CREATE INDEX downloads_device ON downloads (at) WHERE device IS NOT NULL;
CREATE INDEX deliveries_device ON deliveries (last_at) WHERE device IS NOT NULL;

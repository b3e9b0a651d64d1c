DROP INDEX deliveries_device;
DROP INDEX downloads_device;

DROP INDEX downloads_ticket;
CREATE UNIQUE INDEX downloads_ticket ON downloads (ticket);

CREATE INDEX downloads_book_id ON downloads (book_id);

DROP TABLE delivery_logs;
DROP TABLE deliveries;
DROP INDEX downloads_ticket;
ALTER TABLE downloads DROP COLUMN outcome;
ALTER TABLE downloads DROP COLUMN sent_bytes;
ALTER TABLE downloads DROP COLUMN device;
ALTER TABLE downloads DROP COLUMN ticket;

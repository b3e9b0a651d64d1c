-- The CRC-32 of bytes in the store, which a zip wants to know before it sends them; by their SHA-256, as they never change.
CREATE TABLE file_checks (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    sha256 TEXT NOT NULL UNIQUE,
    crc32 BIGINT NOT NULL CHECK (crc32 >= 0)
);

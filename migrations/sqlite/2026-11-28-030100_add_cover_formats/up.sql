-- A cover is there in several formats for each width.
CREATE TABLE new_cover_images (
    cover_id BIGINT NOT NULL REFERENCES covers (id) ON DELETE CASCADE,
    width INTEGER NOT NULL CHECK (width > 0),
    height INTEGER NOT NULL CHECK (height > 0),
    media_type TEXT NOT NULL,
    byte_length BIGINT NOT NULL CHECK (byte_length > 0),
    storage_key TEXT NOT NULL CHECK (storage_key <> ''),
    PRIMARY KEY (cover_id, width, media_type)
);
INSERT INTO new_cover_images (cover_id, width, height, media_type, byte_length, storage_key)
    SELECT cover_id, width, height, media_type, byte_length, storage_key FROM cover_images;
DROP TABLE cover_images;
ALTER TABLE new_cover_images RENAME TO cover_images;
CREATE INDEX cover_images_storage_key ON cover_images (storage_key);

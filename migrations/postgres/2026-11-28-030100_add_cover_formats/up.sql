-- A cover is there in several formats for each width.
ALTER TABLE cover_images DROP CONSTRAINT cover_images_pkey;
ALTER TABLE cover_images ADD PRIMARY KEY (cover_id, width, media_type);

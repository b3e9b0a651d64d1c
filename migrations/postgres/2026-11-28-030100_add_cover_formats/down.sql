DELETE FROM cover_images WHERE media_type <> 'image/jpeg';
ALTER TABLE cover_images DROP CONSTRAINT cover_images_pkey;
ALTER TABLE cover_images ADD PRIMARY KEY (cover_id, width);

DROP INDEX books_sort_title;
DROP INDEX books_updated_at;
DROP INDEX series_name;
DROP INDEX contributors_name;
DROP INDEX categories_position;
ALTER TABLE contributors DROP COLUMN bio;
DROP TABLE former_names;

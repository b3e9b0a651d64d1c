DROP TABLE stray_files;
DROP TABLE upload_keys;
DROP TABLE uploads;

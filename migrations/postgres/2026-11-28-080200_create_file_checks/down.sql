DROP TABLE file_checks;

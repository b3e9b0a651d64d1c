DROP TABLE file_reports;

DROP TABLE title_imports;

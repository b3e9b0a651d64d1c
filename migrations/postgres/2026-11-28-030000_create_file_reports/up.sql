-- What was found in a file when it came. `found` is JSON: problems in plain words, and what the file says of its book.
CREATE TABLE file_reports (
    file_id BIGINT PRIMARY KEY NOT NULL REFERENCES book_files (id) ON DELETE CASCADE,
    has_errors BOOLEAN NOT NULL,
    pages BIGINT CHECK (pages >= 0),
    found TEXT NOT NULL
);

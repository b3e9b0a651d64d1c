-- The words of each book, folded by the app (lower case, no diacritics) before they come here.
CREATE TABLE book_search (
    book_id BIGINT PRIMARY KEY REFERENCES books (id) ON DELETE CASCADE,
    words TSVECTOR NOT NULL
);
CREATE INDEX book_search_words ON book_search USING GIN (words);

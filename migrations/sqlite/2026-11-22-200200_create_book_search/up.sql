-- The words of each book, folded by the app (lower case, no diacritics) before they come here; rowid is the book's id.
CREATE VIRTUAL TABLE book_search USING fts5 (
    title, subtitle, contributors, series, description,
    tokenize = 'unicode61 remove_diacritics 0'
);

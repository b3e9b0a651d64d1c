-- The words of each book, folded by the app (lower case, no diacritics) before they come here; rowid is the book's id.
-- The `ascii` tokenizer splits at spaces alone then: every other character is the app's choice.
CREATE VIRTUAL TABLE book_search USING fts5 (
    title, subtitle, contributors, series, description,
    tokenize = 'ascii'
);

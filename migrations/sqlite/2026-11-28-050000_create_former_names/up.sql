-- What a category, a series or a contributor was called in addresses before it was renamed or became part of another:
-- the old address leads to the new one. A name that is in use goes before one that was.
CREATE TABLE former_names (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('categories', 'series', 'contributors')),
    slug TEXT NOT NULL,
    category_id BIGINT REFERENCES categories (id) ON DELETE CASCADE,
    series_id BIGINT REFERENCES series (id) ON DELETE CASCADE,
    contributor_id BIGINT REFERENCES contributors (id) ON DELETE CASCADE,
    created_at TIMESTAMP NOT NULL,
    UNIQUE (kind, slug)
);
CREATE INDEX former_names_category_id ON former_names (category_id);
CREATE INDEX former_names_series_id ON former_names (series_id);
CREATE INDEX former_names_contributor_id ON former_names (contributor_id);

-- A few words about a person, in Markdown.
ALTER TABLE contributors ADD COLUMN bio TEXT NOT NULL DEFAULT '';

-- The back office's lists: by name, by place, by what was last changed.
CREATE INDEX categories_position ON categories (position, name);
CREATE INDEX contributors_name ON contributors (name);
CREATE INDEX series_name ON series (name);
CREATE INDEX books_updated_at ON books (updated_at, id);
CREATE INDEX books_sort_title ON books (sort_title, id);

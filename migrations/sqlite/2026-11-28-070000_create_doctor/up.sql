-- What the doctor may fetch for a few minutes to see how files leave: canaries, never a book. Only the token's hash is kept.
CREATE TABLE canaries (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    token_hash TEXT NOT NULL UNIQUE,
    -- JSON: for each its name, its key in the store and its length.
    files TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL
);
CREATE INDEX canaries_expires_at ON canaries (expires_at);

-- What of the doctor's requests has reached the shop.
CREATE TABLE canary_marks (
    canary_id BIGINT NOT NULL REFERENCES canaries (id) ON DELETE CASCADE,
    name TEXT NOT NULL CHECK (length(name) > 0),
    at TIMESTAMP NOT NULL,
    PRIMARY KEY (canary_id, name)
);
CREATE INDEX canary_marks_canary_id ON canary_marks (canary_id);

-- What the doctor found, newest last.
CREATE TABLE examinations (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    at TIMESTAMP NOT NULL,
    asked_by TEXT NOT NULL CHECK (asked_by IN ('shop', 'page', 'command')),
    -- JSON: the sections with their checks.
    report TEXT NOT NULL
);

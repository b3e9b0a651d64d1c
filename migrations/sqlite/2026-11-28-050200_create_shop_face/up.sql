-- What belongs to the shop and not to its operator; what is empty is as the settings say. One row, whose `revision` every
-- change raises: processes that share the database see by it that they have to read again. Colours are `#rrggbb`. The
-- logo is a PNG that the shop made itself.
CREATE TABLE shop_face (
    id BIGINT PRIMARY KEY NOT NULL CHECK (id = 1),
    revision BIGINT NOT NULL DEFAULT 0,
    name TEXT NOT NULL DEFAULT '',
    sender_name TEXT NOT NULL DEFAULT '',
    sender_address TEXT NOT NULL DEFAULT '',
    main_light TEXT NOT NULL DEFAULT '',
    main_dark TEXT NOT NULL DEFAULT '',
    accent_light TEXT NOT NULL DEFAULT '',
    accent_dark TEXT NOT NULL DEFAULT '',
    logo BLOB,
    logo_width INTEGER NOT NULL DEFAULT 0,
    logo_height INTEGER NOT NULL DEFAULT 0
);
INSERT INTO shop_face (id) VALUES (1);

-- The texts that a shop must show, in Markdown; linked in the footer of every page.
CREATE TABLE shop_texts (
    kind TEXT PRIMARY KEY NOT NULL CHECK (kind IN ('imprint', 'terms', 'privacy', 'withdrawal')),
    body TEXT NOT NULL,
    changed_at TIMESTAMP NOT NULL
);

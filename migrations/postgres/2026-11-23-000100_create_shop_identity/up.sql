-- Which shop this is, for gateways that serve several: one row, made once.
CREATE TABLE shop_identity (
    id BIGINT PRIMARY KEY NOT NULL CHECK (id = 1),
    public_id TEXT NOT NULL UNIQUE,
    created_at TIMESTAMP NOT NULL
);

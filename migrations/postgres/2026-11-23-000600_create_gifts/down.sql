DROP TABLE gift_tokens;
DROP TABLE gifts;

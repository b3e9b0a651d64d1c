DROP TABLE code_uses;
DROP TABLE cart_codes;
DROP TABLE code_books;
DROP TABLE discount_codes;

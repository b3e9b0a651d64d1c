DROP TABLE cart_bundles;
DROP TABLE bundle_books;
DROP TABLE bundles;

DROP TABLE shop_texts;
DROP TABLE shop_face;

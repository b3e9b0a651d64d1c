DROP TABLE line_reductions;
DROP TABLE cart_amounts;
DROP TABLE price_rules;

DROP TABLE withdrawals;
DROP TABLE order_waivers;
DROP TABLE papers;
DROP TABLE paper_series;
DROP TABLE order_billing;
DROP TABLE order_tax;

DROP TABLE sandbox_refunds;
DROP TABLE sandbox_checkouts;

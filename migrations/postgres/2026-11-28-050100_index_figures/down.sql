DROP INDEX disputes_state_updated_at;
DROP INDEX refunds_created_at;
DROP INDEX payments_settled_at;
DROP INDEX orders_paid_at;

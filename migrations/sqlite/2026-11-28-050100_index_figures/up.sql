-- What the back office adds up by day, title and country.
CREATE INDEX orders_paid_at ON orders (paid_at, livemode, currency, total_minor);
CREATE INDEX payments_settled_at ON payments (settled_at);
CREATE INDEX refunds_created_at ON refunds (created_at);
CREATE INDEX disputes_state_updated_at ON disputes (state, updated_at);

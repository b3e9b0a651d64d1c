DROP INDEX payment_events_object_id;
DROP INDEX orders_created_at;
DROP TABLE gateway_marks;
DROP TABLE admin_acts;

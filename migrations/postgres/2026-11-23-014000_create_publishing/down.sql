DROP TABLE news_opt_outs;
DROP TABLE news_tokens;
DROP TABLE edition_news;
DROP TABLE release_plans;
DROP TABLE reviews;
DROP TABLE publisher_requests;
ALTER TABLE books DROP COLUMN revision;

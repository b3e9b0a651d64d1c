DROP TABLE downloads;
DROP TABLE access_overrides;

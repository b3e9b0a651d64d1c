DROP TABLE examinations;
DROP TABLE canary_marks;
DROP TABLE canaries;

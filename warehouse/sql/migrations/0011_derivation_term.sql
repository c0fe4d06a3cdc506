-- grain: one row: the number of the term in which derivations are made now. Used where several writers share a lake.
CREATE TABLE derivation_term (term BIGINT NOT NULL);
INSERT INTO derivation_term VALUES (0);

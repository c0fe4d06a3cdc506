#!/bin/sh
# Runs once, when the PostgreSQL volume is new: one database for Superset, one for the lake's catalogue with a
# writer that owns it and a reader that can only read.
set -eu

psql --set=ON_ERROR_STOP=1 --username=postgres --dbname=postgres <<'SQL'
\getenv writer LAKE_WRITER_PASSWORD
\getenv reader LAKE_READER_PASSWORD
\getenv superset SUPERSET_PASSWORD
CREATE ROLE lake_writer LOGIN PASSWORD :'writer';
CREATE ROLE lake_reader LOGIN PASSWORD :'reader';
CREATE ROLE superset LOGIN PASSWORD :'superset';

CREATE DATABASE lake OWNER lake_writer;
REVOKE ALL ON DATABASE lake FROM PUBLIC;
GRANT CONNECT ON DATABASE lake TO lake_reader;

CREATE DATABASE superset OWNER superset;
REVOKE ALL ON DATABASE superset FROM PUBLIC;

\connect lake
-- DuckLake makes its tables later, as the writer; the reader gets each of them for reading.
GRANT USAGE ON SCHEMA public TO lake_reader;
ALTER DEFAULT PRIVILEGES FOR ROLE lake_writer GRANT SELECT ON TABLES TO lake_reader;
SQL

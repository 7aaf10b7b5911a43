#!/bin/sh
# The database and its two roles, made once by PostgreSQL's image when its data folder is new: the tables' owner, and
# the application, which owns nothing. Their passwords are those of the URLs that the processes get as secrets.
set -eu

password_of() {
    sed 's,^[a-z]*://[^:]*:\([^@]*\)@.*$,\1,' "${SECRETS:-/run/secrets}/$1"
}

OWNER_PASSWORD=$(password_of owner_database_url)
APPLICATION_PASSWORD=$(password_of database_url)
export OWNER_PASSWORD APPLICATION_PASSWORD

psql --set=ON_ERROR_STOP=1 --no-psqlrc --username=postgres --dbname=postgres <<'SQL'
\getenv owner_password OWNER_PASSWORD
\getenv application_password APPLICATION_PASSWORD
CREATE ROLE bihuan_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE bihuan_app LOGIN PASSWORD :'application_password';
CREATE DATABASE bihuan OWNER bihuan_owner;
REVOKE ALL ON DATABASE bihuan FROM PUBLIC;
GRANT CONNECT ON DATABASE bihuan TO bihuan_app;
SQL

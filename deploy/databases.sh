#!/bin/sh
# Create the roles and databases: Temporal's two, the records, and victims' data, each role with
# access to its own databases only. A second run sets the passwords anew and changes nothing else.
# `psql` takes PGHOST, PGPORT, PGUSER and PGPASSWORD of an administrator from the environment.
set -eu

: "${TEMPORAL_PASSWORD:?}" "${RECORDS_PASSWORD:?}" "${VICTIMS_PASSWORD:?}"

# Usage: role NAME PASSWORD
role() {
  # Through variables of psql, which quotes them: a password may hold any character.
  psql --quiet --no-psqlrc --dbname postgres --set ON_ERROR_STOP=1 \
    --set role="$1" --set password="$2" <<'SQL'
SELECT format('CREATE ROLE %I LOGIN', :'role')
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'role') \gexec
ALTER ROLE :"role" LOGIN PASSWORD :'password';
SQL
}

# Usage: database NAME OWNER
database() {
  psql --quiet --no-psqlrc --dbname postgres --set ON_ERROR_STOP=1 \
    --set name="$1" --set owner="$2" <<'SQL'
SELECT format('CREATE DATABASE %I OWNER %I TEMPLATE template0 ENCODING ''UTF8''', :'name', :'owner')
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'name') \gexec
REVOKE CONNECT ON DATABASE :"name" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"name" TO :"owner";
SQL
}

role temporal "$TEMPORAL_PASSWORD"
role records "$RECORDS_PASSWORD"
role victims "$VICTIMS_PASSWORD"
database temporal temporal
database temporal_visibility temporal
database records records
database victims victims
echo "databases: four databases and their roles are ready"

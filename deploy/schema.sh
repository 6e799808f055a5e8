#!/bin/sh
# Create the two databases and bring their schemas up to this server's. A second run changes nothing.
set -eu

export SQL_PASSWORD="$POSTGRES_PWD"
export SQL_TLS="$SQL_TLS_ENABLED"
versions=/etc/temporal/schema/postgresql/v12

# Usage: sql DATABASE COMMAND...
sql() {
  database=$1
  shift
  temporal-sql-tool --plugin "$DB" --ep "$POSTGRES_SEEDS" -p "$DB_PORT" -u "$POSTGRES_USER" \
    --db "$database" "$@"
}

# Usage: prepare DATABASE FOLDER
prepare() {
  sql "$1" create
  sql "$1" setup-schema -v 0.0
  sql "$1" update-schema -d "$versions/$2/versioned"
}

prepare "$DBNAME" temporal
prepare "$VISIBILITY_DBNAME" visibility
echo "schema: both databases are up to date"

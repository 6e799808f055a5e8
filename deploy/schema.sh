#!/bin/sh
# Bring the schemas of Temporal's two databases up to this server's. A second run changes nothing.
# The databases exist, so the role needs no right to create any: databases.sh, or an administrator,
# made them.
set -eu

export SQL_PASSWORD="$POSTGRES_PWD"
export SQL_TLS="$SQL_TLS_ENABLED"
# The server and this tool spell the same settings differently.
export SQL_TLS_CA_FILE="${SQL_CA:-}"
export SQL_TLS_SERVER_NAME="${SQL_HOST_NAME:-}"
if [ "${SQL_HOST_VERIFICATION:-false}" != true ]; then
  export SQL_TLS_DISABLE_HOST_VERIFICATION=true
fi
versions=${SCHEMA_FOLDER:-/etc/temporal/schema/postgresql/v12}

# Usage: sql DATABASE COMMAND...
sql() {
  database=$1
  shift
  temporal-sql-tool --plugin "$DB" --ep "$POSTGRES_SEEDS" -p "$DB_PORT" -u "$POSTGRES_USER" \
    --db "$database" "$@"
}

# Usage: prepare DATABASE FOLDER
prepare() {
  # Set up once: a second setup fails on the tables that exist, an update does not.
  if ! sql "$1" update-schema -d "$versions/$2/versioned"; then
    sql "$1" setup-schema -v 0.0
    sql "$1" update-schema -d "$versions/$2/versioned"
  fi
}

prepare "$DBNAME" temporal
prepare "$VISIBILITY_DBNAME" visibility
echo "schema: both databases are up to date"

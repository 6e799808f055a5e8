#!/bin/sh
# Create the namespace and its search attributes. A second run changes only the retention, if
# NAMESPACE_RETENTION is another; an attribute of another type is an error that needs a person.
# The `temporal` program takes TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE from the environment.
set -eu

: "${TEMPORAL_ADDRESS:?}" "${TEMPORAL_NAMESPACE:?}"

# Usage: within SECONDS COMMAND...   try each second; the last attempt's output is shown
within() {
  left=$1
  shift
  while [ "$left" -gt 0 ]; do
    "$@" >/dev/null 2>&1 && return
    left=$((left - 1))
    sleep 1
  done
  "$@"
}

# Usage: register TYPE NAME...
register() {
  type=$1
  shift
  for name; do
    # A new namespace is not known to every part of the server at once.
    within 15 temporal operator search-attribute create --type "$type" --name "$name"
  done
}

within 60 temporal operator cluster health

retention=${NAMESPACE_RETENTION:-30d}
if temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1; then
  temporal operator namespace update --namespace "$TEMPORAL_NAMESPACE" --retention "$retention"
else
  temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention "$retention"
fi

register Keyword SentenceState SentencePhase SentenceType Provider ProviderCode Officer Rosh
register Keyword Edition NextTimescale
register KeywordList RunningTimescales OverdueTimescales
register Datetime NextDeadline SentenceEnd
register Int CountedFailures Overdue Unapplied

echo "namespace: $TEMPORAL_NAMESPACE is ready"

#!/bin/sh
# Print .env.example with a random password in place of each empty one: sh deploy/env.sh > .env
set -eu

while IFS= read -r line; do
  case $line in
    *_PASSWORD=) echo "$line$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')" ;;
    *) echo "$line" ;;
  esac
done <"$(dirname "$0")/../.env.example"

#!/bin/sh
# Writes requirements/*.txt anew from pyproject.toml: dev first, everything else within its versions.
set -eu
cd "$(dirname "$0")/../.."
compile() {
  .venv/bin/uv pip compile "$@" --universal --python-version 3.11 --generate-hashes \
    --no-header --no-annotate --no-emit-index-url --quiet
}
compile pyproject.toml --group dev -o requirements/dev.txt
for group in intake router timer notifier watchdog gateway knowledge sandbox run; do
  compile pyproject.toml --group "$group" -c requirements/dev.txt -o "requirements/$group.txt"
done
compile --group pyproject.toml:jdk -o requirements/jdk.txt # Java alone, without what the services need
.venv/bin/python -m deploy.local.lock_jars

#!/usr/bin/env bash
# Installs what tests need to run the adapters on real engines, where it can be had; what cannot is said by name,
# and its tests are skipped. Nothing is started here: each test starts a server of its own, and stops it.
set -uo pipefail
cd "$(dirname "$0")/../.."

SECANTUS_VERSION=0.7.0b3
secantus=.engines/secantus

if [ ! -x "$secantus/bin/secantusd-py" ]; then
  { python3 -m venv "$secantus" && "$secantus/bin/pip" install --quiet "SecantusDB==$SECANTUS_VERSION"; } ||
    echo "no MongoDB-compatible server: SecantusDB $SECANTUS_VERSION could not be installed" >&2
fi

if ! command -v redis-server > /dev/null; then
  { apt-get install --yes --quiet redis-server > /dev/null 2>&1 ||
    { apt-get update > /dev/null 2>&1 && apt-get install --yes --quiet redis-server > /dev/null 2>&1; }; } ||
    echo "no Redis: redis-server could not be installed" >&2
fi

[ -x "$secantus/bin/secantusd-py" ] && echo "MongoDB-compatible server: SecantusDB $SECANTUS_VERSION"
command -v redis-server > /dev/null && redis-server --version
exit 0

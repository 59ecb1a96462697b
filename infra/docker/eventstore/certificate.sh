#!/usr/bin/env bash
# Run by docker-compose.yml's `eventstore-certificate`, as root without any capability but CHOWN: hence files that belong
# to the engine's user (1000) in folders that belong to root, and given away last. Does nothing that has been done.
#   /authority    the authority with its key, for this script alone
#   /certificate  the server's certificate and key
#   /trust        the authority's certificate alone, for the server and its clients
set -euo pipefail
umask 077

# put FROM TO MODE OWNER
put() {
  rm -f "$2.new"
  cp "$1" "$2.new"
  chmod "$3" "$2.new"
  chown "$4" "$2.new"
  mv -f "$2.new" "$2"
}

# The certificate after its key, and looked for instead of it: begun and not ended is begun again.
if [ ! -e /authority/ca.crt ]; then
  es-gencert-cli create-ca -days 3650 -out /tmp/ca
  put /tmp/ca/ca.key /authority/ca.key 0400 0:0
  put /tmp/ca/ca.crt /authority/ca.crt 0444 0:0
fi
put /authority/ca.crt /trust/ca.crt 0444 0:0

if [ -z "$(find /certificate -name node.crt -mtime -300)" ]; then
  es-gencert-cli create-node -days 730 -ca-certificate /authority/ca.crt -ca-key /authority/ca.key \
    -out /tmp/node -dns-names eventstore,localhost -ip-addresses 127.0.0.1
  put /tmp/node/node.key /certificate/node.key 0400 1000:1000
  put /tmp/node/node.crt /certificate/node.crt 0444 1000:1000
fi

#!/usr/bin/env bash
# Boots the built product on an empty data folder and a free port, as `npm start` would, and asks it something.
set -euo pipefail
cd "$(dirname "$0")/../.."
PATH="$PWD/node_modules/.bin:$PATH"

data=$(mktemp -d)
port=$(node -e 'const s = require("node:net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')
npm run -s build
DATA_DIR="$data" HOST=127.0.0.1 PORT="$port" node dist/bin/api.js >"$data/log" 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; rm -rf "$data"' EXIT

node - "$port" <<'JS' || { cat "$data/log"; exit 1; }
const base = `http://127.0.0.1:${process.argv[2]}`;
const deadline = Date.now() + 30_000;
async function answer(path) {
  for (;;) {
    try {
      const response = await fetch(base + path);
      if (response.ok) return response;
      if (Date.now() > deadline) throw new Error(`${path} answers ${response.status}`);
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    await new Promise((wake) => setTimeout(wake, 200));
  }
}
(async () => {
  await answer('/health/ready');
  const document = await (await answer('/openapi.json')).json();
  const refused = await fetch(`${base}/api/v1/programmes`);
  if (refused.status !== 401) throw new Error(`without a token: ${refused.status}, not 401`);
  console.log(`boot: ready, ${Object.keys(document.paths).length} paths documented, no token no answer`);
})().catch((error) => {
  console.error(error);
  process.exit(1);
});
JS

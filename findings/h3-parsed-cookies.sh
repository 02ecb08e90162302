#!/usr/bin/env bash
# h3 2.0.8: a handler that returns what `parseCookies` gave is a 500.
#
# Expected from memory: a handler may return any plain object, and h3 answers with its JSON. `parseCookies` is
#   h3's own and gives an object of strings.
# What happens: the answer is a 500. A copy, `{ ...parseCookies(event) }`, is answered as JSON, and so is an
#   object without a prototype. The parsed one inherits from an empty object of its own, which h3 takes for
#   no plain object.
# Source: https://github.com/unjs/h3, src/utils/cookie.ts (its type is a plain record), and this run.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --no-audit --no-fund --silent h3@2.0.8
cat >try.mjs <<'JS'
import { H3, parseCookies, serve } from 'h3'
const app = new H3()
app.get('/parsed', (event) => parseCookies(event))
app.get('/copied', (event) => ({ ...parseCookies(event) }))
const server = serve(app, { port: 0, hostname: '127.0.0.1', silent: true })
await server.ready()
for (const path of ['parsed', 'copied']) {
  const response = await fetch(new URL(path, server.url), { headers: { cookie: 'theme=dark' } })
  console.log(`${path}: ${response.status} ${await response.text()}`)
}
process.exit(0)
JS
output=$(node try.mjs 2>/dev/null)
printf '%s\n' "$output"
grep -q 'copied: 200 {"theme":"dark"}' <<<"$output" || { echo 'CHANGED: the copy is no JSON'; exit 1; }
grep -q 'parsed: 500' <<<"$output" || { echo 'CHANGED: parsed cookies can be returned'; exit 1; }

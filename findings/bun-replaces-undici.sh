#!/usr/bin/env bash
# Bun 1.4.5: `import 'undici'` is a built-in stand-in, whatever version is installed.
#
# Expected from memory: Bun resolves `undici` to the installed package, as Node and Deno do.
# What happens: the bare name gives a stand-in of Bun's own whose `Pool` cannot be asked. The installed
#   package is reached by a path inside it, such as `undici/index.js`.
# Source: https://bun.com/docs/runtime/nodejs-compat (undici is not named there), and this run.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --no-audit --no-fund --silent undici@7.30.2 @oven/bun-linux-x64-baseline@1.4.5
cat >try.mjs <<'JS'
import { createServer } from 'node:http'
import * as bare from 'undici'
import * as byPath from 'undici/index.js'
const server = createServer((_request, response) => response.end('hello')).listen(0, '127.0.0.1')
await new Promise((resolve) => server.on('listening', resolve))
const origin = `http://127.0.0.1:${server.address().port}`
for (const [name, { Pool }] of [['undici', bare.default ?? bare], ['undici/index.js', byPath.default ?? byPath]]) {
  try {
    const pool = new Pool(origin)
    const { statusCode } = await pool.request({ path: '/', method: 'GET' })
    console.log(`${name}: ${statusCode}`)
  } catch (error) {
    console.log(`${name}: ${error.name}: ${error.message}`)
  }
}
process.exit(0)
JS
output=$(timeout 60 ./node_modules/@oven/bun-linux-x64-baseline/bin/bun run try.mjs)
printf '%s\n' "$output"
grep -q '^undici/index.js: 200' <<<"$output" && ! grep -q '^undici: 200' <<<"$output" ||
  { echo 'CHANGED: both are the installed package, or neither works'; exit 1; }

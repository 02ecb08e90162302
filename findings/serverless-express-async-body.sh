#!/usr/bin/env bash
# @codegenie/serverless-express 5.0.0: behind asynchronous middleware a body parser leaves a Buffer.
#
# Expected from memory: `express.json()` sets `req.body` to the parsed object behind any middleware,
#   because Express pauses the request until the parser reads it.
# What happens: the adapter's request holds its whole body as a Buffer in `req.body` and ends by itself in
#   the next turn. A parser that runs after that reads nothing, and the handler gets the Buffer. Behind
#   synchronous middleware the same route gets the object.
# Source: https://github.com/CodeGenieApp/serverless-express (no word of it), and this run.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --no-audit --no-fund --silent express@5.3.0 @codegenie/serverless-express@5.0.0
cat >try.mjs <<'JS'
import express from 'express'
import serverlessExpress from '@codegenie/serverless-express'
const app = express()
const answer = (req, res) => res.json(Buffer.isBuffer(req.body) ? 'a Buffer' : req.body)
app.post('/sync', (req, res, next) => next(), express.json(), answer)
app.post('/async', (req, res, next) => setImmediate(next), express.json(), answer)
const handler = serverlessExpress({ app })
for (const path of ['/sync', '/async']) {
  const event = {
    version: '2.0',
    rawPath: path,
    rawQueryString: '',
    headers: { 'content-type': 'application/json', 'content-length': '7' },
    requestContext: { http: { method: 'POST', path, sourceIp: '192.0.2.1' } },
    body: '{"a":1}',
    isBase64Encoded: false,
  }
  console.log(`${path}: ${(await handler(event, {})).body}`)
}
JS
output=$(timeout 30 node try.mjs)
printf '%s\n' "$output"
grep -q '^/sync: {"a":1}' <<<"$output" && grep -q '^/async: "a Buffer"' <<<"$output" ||
  { echo 'CHANGED'; exit 1; }

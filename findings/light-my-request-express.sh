#!/usr/bin/env bash
# light-my-request 6.8.1: one inject() into an Express app changes each Express app of the process.
#
# Expected from memory: `inject(app, …)` makes a request and a response of its own and leaves the app as it
#   was, so tests may inject here and ask over a socket there (Supertest).
# What happens: for Express it puts its own classes behind `express.request` and `express.response`, which all
#   apps share, and never takes them back. From then on an answer over a socket fails in `response.end()`, in
#   another app as well.
# Source: https://github.com/fastify/light-my-request, index.js ("Express.js detection"), and pull request 333
#   there, which was merged and reverted. And this run.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --no-audit --no-fund --silent express@5.3.0 light-my-request@6.8.1
cat >try.mjs <<'JS'
import { createServer } from 'node:http'
import express from 'express'
import inject from 'light-my-request'
const injected = express().get('/', (_request, response) => response.send('injected'))
let report
const served = express().get('/', (_request, response) => {
  try {
    response.end('served')
    report('response.end() answers')
  } catch (error) {
    report(`response.end() throws ${error.name}: ${error.message}`)
  }
})
const server = createServer(served).listen(0, '127.0.0.1')
await new Promise((resolve) => server.on('listening', resolve))
const ask = () => new Promise((resolve) => {
  report = resolve
  fetch(`http://127.0.0.1:${server.address().port}/`).catch(() => {})
})
console.log(`over a socket, before: ${await ask()}`)
console.log(`inject() into the other app: ${(await inject(injected, '/')).payload}`)
console.log(`over a socket, after: ${await ask()}`)
process.exit(0)
JS
output=$(timeout 30 node try.mjs)
printf '%s\n' "$output"
grep -q ' before: response.end() answers' <<<"$output" && grep -q 'other app: injected' <<<"$output" ||
  { echo 'CHANGED'; exit 1; }
grep -q ' after: response.end() throws TypeError' <<<"$output" || { echo 'CHANGED: the app still answers'; exit 1; }

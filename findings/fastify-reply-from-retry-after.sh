#!/usr/bin/env bash
# @fastify/reply-from 12.6.5: a 503 with `Retry-After: 60` is asked for ten more times within a second.
#
# Expected from memory: a proxy hands a 503 of its target on, or asks once more after the seconds that
#   `Retry-After` says.
# What happens: each GET that gets a 503 is repeated ten times before the client sees it, and the number of
#   `Retry-After` goes to a timer, which takes milliseconds. So a target in an outage, which asked for a minute
#   of rest, gets eleven times the load at once. `maxRetriesOn503: 0` still means ten. A POST is not repeated,
#   nor a GET with `retryMethods: ['HEAD']`. @fastify/http-proxy 11.6.3 does the same: it builds on it.
# Source: https://github.com/fastify/fastify-reply-from, index.js (`getDefaultDelay`, and `maxRetriesOn503 ||
#   10`); its README says that a 503 is always repeated, and no word of the header. And this run.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --no-audit --no-fund --silent fastify@5.12.8 @fastify/reply-from@12.6.5
cat >try.mjs <<'JS'
import { createServer } from 'node:http'
import replyFrom from '@fastify/reply-from'
import Fastify from 'fastify'
let questions
const target = createServer((_request, response) => {
  questions += 1
  response.writeHead(503, { 'retry-after': '60' }).end()
}).listen(0, '127.0.0.1')
await new Promise((resolve) => target.on('listening', resolve))
const base = `http://127.0.0.1:${target.address().port}`
for (const [name, method, plugin, each] of [
  ['GET', 'GET', {}, {}],
  ['GET, maxRetriesOn503 0', 'GET', {}, { maxRetriesOn503: 0 }],
  ['GET, retryMethods HEAD', 'GET', { retryMethods: ['HEAD'] }, {}],
  ['POST', 'POST', {}, {}],
]) {
  const front = Fastify().register(replyFrom, { base, ...plugin })
  front.all('/', (_request, reply) => reply.from('/', each))
  const origin = await front.listen({ port: 0, host: '127.0.0.1' })
  questions = 0
  const start = Date.now()
  const { status } = await fetch(origin, { method })
  const time = Date.now() - start < 30_000 ? 'in less than 30 s' : 'later'
  console.log(`${name}: ${status} ${time}, the target was asked ${questions} times`)
}
process.exit(0)
JS
output=$(timeout 60 node try.mjs)
printf '%s\n' "$output"
grep -q '^GET: 503 in less than 30 s, .* 11 times$' <<<"$output" || { echo 'CHANGED: it waits, or asks less'; exit 1; }
grep -q '^GET, maxRetriesOn503 0: 503 .* 11 times$' <<<"$output" || { echo 'CHANGED: zero means zero'; exit 1; }
grep -q '^GET, retryMethods HEAD: 503 .* 1 times$' <<<"$output" && grep -q '^POST: 503 .* 1 times$' <<<"$output" ||
  { echo 'CHANGED: more is repeated'; exit 1; }

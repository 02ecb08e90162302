#!/usr/bin/env bash
# @fastify/http-proxy 11.6.3: a handshake that the target denies with 401 is a 101 for the client.
#
# Expected from memory: with `websocket: true` the proxy passes the headers of a handshake to its target, and
#   the target's answer back, as http-proxy-middleware does: a 401 stays a 401.
# What happens: the proxy first accepts the client by itself, and only then asks the target. So the client's
#   `open` fires, and a moment later its `close`, with code 1011. Of the credentials the target gets the
#   cookie, and never `Authorization` nor `X-Session-Token`. A `Set-Cookie` of the target's 101 is lost, too.
# Source: https://github.com/fastify/fastify-http-proxy, index.js, `handleUpgrade`, `handleConnection` and
#   `defaultWsHeadersRewrite` (its README names the cookie, and no word of a denial), and this run.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --no-audit --no-fund --silent fastify@5.12.8 @fastify/http-proxy@11.6.3 ws@8.23.0
cat >try.mjs <<'JS'
import { createServer } from 'node:http'
import proxy from '@fastify/http-proxy'
import Fastify from 'fastify'
import { WebSocket } from 'ws'
const seen = []
const target = createServer().listen(0, '127.0.0.1')
target.on('upgrade', ({ headers }, socket) => {
  for (const name of ['cookie', 'authorization', 'x-session-token']) seen.push(`${name}: ${headers[name] ?? 'none'}`)
  socket.end('HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')
})
await new Promise((resolve) => target.on('listening', resolve))
const front = Fastify()
front.register(proxy, { upstream: `http://127.0.0.1:${target.address().port}`, websocket: true })
await front.listen({ port: 0, host: '127.0.0.1' })
for (const [name, server] of [['directly', target], ['by the proxy', front.server]]) {
  const headers = { cookie: 'a=1', authorization: 'Bearer b', 'x-session-token': 'c' }
  const client = new WebSocket(`ws://127.0.0.1:${server.address().port}/`, { headers })
  const events = []
  await new Promise((resolve) => {
    client.on('unexpected-response', (_request, { statusCode }) => resolve(events.push(`status ${statusCode}`)))
    client.on('open', () => events.push('open'))
    client.on('close', (code) => resolve(events.push(`close ${code}`)))
  })
  console.log(`${name}: ${events.join(', ')}; the target saw ${seen.splice(0).join(', ')}`)
}
process.exit(0)
JS
output=$(timeout 30 node try.mjs)
printf '%s\n' "$output"
grep -q '^directly: status 401; .*authorization: Bearer b' <<<"$output" || { echo 'CHANGED: no plain 401'; exit 1; }
grep -q '^by the proxy: open, close 1011; .*cookie: a=1, authorization: none, x-session-token: none' <<<"$output" ||
  { echo 'CHANGED: the proxy hands the denial or the tokens on'; exit 1; }

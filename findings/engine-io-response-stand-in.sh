#!/usr/bin/env bash
# engine.io 6.6.13 (Socket.IO 4.8.4): middleware of a WebSocket handshake gets no real response.
#
# Expected from memory: `io.engine.use(middleware)` calls Express-like middleware with Node's own
#   request and response, at a WebSocket handshake as at a polling request.
# What happens: at a handshake the response is a stand-in with a handful of members. `hasHeader`,
#   `appendHeader` and `flushHeaders` are missing, so middleware that was tested on node:http throws
#   there.
# Source: https://socket.io/docs/v4/server-instance/#engineuse (no word of it), and this run.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --no-audit --no-fund --silent socket.io@4.8.4 socket.io-client@4.8.4 engine.io@6.6.13
cat >try.mjs <<'JS'
import { createServer } from 'node:http'
import { Server } from 'socket.io'
import { io as connect } from 'socket.io-client'
const names = ['setHeader', 'getHeader', 'writeHead', 'end', 'hasHeader', 'appendHeader', 'removeHeader', 'flushHeaders']
const server = createServer().listen(0, '127.0.0.1')
const io = new Server(server)
io.engine.use((req, res, next) => {
  const missing = names.filter((name) => typeof res[name] !== 'function')
  const kind = req.headers.upgrade === 'websocket' ? 'handshake' : 'polling'
  console.log(`${kind}: ${res.constructor.name}, missing: ${missing.join(', ') || 'nothing'}`)
  next()
})
await new Promise((resolve) => server.on('listening', resolve))
for (const transports of [['polling'], ['websocket']]) {
  const client = connect(`http://127.0.0.1:${server.address().port}`, { transports })
  await new Promise((resolve) => client.on('connect', resolve))
  client.close()
}
io.close()
JS
output=$(timeout 30 node try.mjs | sort -u)
printf '%s\n' "$output"
grep -q '^polling: ServerResponse, missing: nothing' <<<"$output" &&
  grep -q '^handshake: .*missing: hasHeader' <<<"$output" || { echo 'CHANGED'; exit 1; }

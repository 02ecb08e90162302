#!/usr/bin/env bash
# iovalkey 0.4.0: `keyPrefix` leaves out a command of `call()` whose name is in upper case.
#
# Expected from memory: as in ioredis, of which it is a fork, `call('SET', key, …)` and `call('set', key, …)`
#   are the same command, and both get the prefix. The names of Redis' commands have no case.
# What happens: `call('set', 'key', …)` and `set('key', …)` write `app:key`, `call('SET', 'key', …)` writes
#   `key`. ioredis 5.11.1 and 6.0.0 write `app:key` each time. So one value has two names within one client,
#   and a key that was to be of one application stands beside those of others.
# Source: https://github.com/valkey-io/iovalkey (README, "Transparent Key Prefixing"), and this run.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --no-audit --no-fund --silent iovalkey@0.4.0 ioredis@6.0.0 ioredis5@npm:ioredis@5.11.1
cat >try.mjs <<'JS'
import { createServer } from 'node:net'
import { createRequire } from 'node:module'
const require = createRequire(import.meta.url)
// A server that says OK to each command, and notes the keys of SET.
const keys = []
const server = createServer((socket) => {
  socket.setEncoding('latin1')
  let rest = ''
  socket.on('data', (chunk) => {
    const lines = (rest + chunk).split('\r\n')
    rest = ''
    while (lines.length > 1) {
      const count = Number(lines[0].slice(1))
      if (lines.length <= 2 * count) break
      const words = lines.splice(0, 1 + 2 * count).filter((_, index) => index > 0 && index % 2 === 0)
      if (words[0].toLowerCase() === 'set') keys.push(words[1])
      socket.write('+OK\r\n')
    }
    rest = lines.join('\r\n')
  })
  socket.on('error', () => undefined)
}).listen(0, '127.0.0.1')
await new Promise((resolve) => server.on('listening', resolve))
for (const name of ['ioredis', 'ioredis5', 'iovalkey']) {
  const { Redis } = require(name)
  const client = new Redis({ port: server.address().port, keyPrefix: 'app:', enableReadyCheck: false })
  await client.set('by-method', '1')
  await client.call('set', 'by-lower-case', '1')
  await client.call('SET', 'by-upper-case', '1')
  console.log(`${name}: ${keys.splice(0).join(' ')}`)
  client.disconnect()
}
process.exit(0)
JS
output=$(timeout 60 node try.mjs)
printf '%s\n' "$output"
diff <(printf '%s\n' "$output") - <<'SEEN' || { echo 'CHANGED: see above'; exit 1; }
ioredis: app:by-method app:by-lower-case app:by-upper-case
ioredis5: app:by-method app:by-lower-case app:by-upper-case
iovalkey: app:by-method app:by-lower-case by-upper-case
SEEN

#!/usr/bin/env bash
# lru-cache 11.5.3: a subscriber of its metrics channel receives keys and values.
#
# Expected from memory: lru-cache publishes nothing; a newer version may publish counters.
# What happens: `get` and `set` publish on the diagnostics channel `lru-cache:metrics`, and the message
#   carries the key, the value and the cache itself. So a monitoring agent in the process that
#   subscribes to that channel reads each cached value, such as a session.
# Source: https://www.npmjs.com/package/lru-cache (the part on diagnostics channels), and this run.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --no-audit --no-fund --silent lru-cache@11.5.3
cat >try.mjs <<'JS'
import { subscribe } from 'node:diagnostics_channel'
import { LRUCache } from 'lru-cache'
const seen = []
subscribe('lru-cache:metrics', (message) => {
  seen.push(`${message.op}: key ${message.key ?? message.k}, value ${message.value ?? message.v}`)
  seen.push(`members: ${Object.keys(message).sort().join(', ')}`)
})
const cache = new LRUCache({ max: 2 })
cache.set('token', 'the session of ada')
cache.get('token')
console.log([...new Set(seen)].join('\n'))
JS
output=$(node try.mjs)
printf '%s\n' "$output"
grep -q 'the session of ada' <<<"$output" || { echo 'CHANGED: no value is published'; exit 1; }

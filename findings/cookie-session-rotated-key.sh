#!/usr/bin/env bash
# cookie-session 2.1.1: after a change of keys the signature cookie loses its lifetime.
#
# Expected from memory: with `keys: [new, old]` a session that the old key signed goes on: the middleware
#   signs it anew, and both cookies keep `maxAge`, `domain` and `sameSite`.
# What happens: it sends the signature alone, without any of the options. In the browser that is now a cookie
#   until the end of the browser's session, so users are logged out when they start it anew. With `domain` it
#   is a second cookie of that name beside the old one.
# Source: https://github.com/pillarjs/cookies, index.js (`Cookies.prototype.get`), and issue 22 there, open
#   since 2013; cookie-session's README says of `keys` that they are for rotation. And this run.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --no-audit --no-fund --silent cookie-session@2.1.1 tough-cookie@6.1.0
cat >try.mjs <<'JS'
import { createServer } from 'node:http'
import cookieSession from 'cookie-session'
import { CookieJar } from 'tough-cookie'
const jar = new CookieJar()
for (const keys of [['old'], ['new', 'old']]) {
  const middleware = cookieSession({ keys, maxAge: 30 * 86_400_000, sameSite: 'lax' })
  const server = createServer((request, response) => {
    middleware(request, response, () => {
      request.session.user ??= 'ada'
      response.end(request.session.isNew ? 'new' : 'known')
    })
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.on('listening', resolve))
  const url = `http://127.0.0.1:${server.address().port}/`
  const response = await fetch(url, { headers: { cookie: await jar.getCookieString(url) } })
  console.log(`keys ${keys.join(', ')}: ${await response.text()}`)
  for (const line of response.headers.getSetCookie()) {
    await jar.setCookie(line, url)
    const [pair, ...options] = line.split('; ')
    const names = options.map((option) => option.split('=')[0])
    console.log(`  sends ${pair.split('=')[0]} with ${names.join(', ')}`)
  }
  for (const cookie of await jar.getCookies(url)) {
    console.log(`  the browser keeps ${cookie.key} ${cookie.isPersistent() ? 'for 30 days' : 'until it is closed'}`)
  }
}
process.exit(0)
JS
output=$(timeout 30 node try.mjs)
printf '%s\n' "$output"
second=$(sed -n '/^keys new, old/,$p' <<<"$output")
grep -q '^keys new, old: known' <<<"$second" && grep -q 'keeps session for 30 days' <<<"$second" ||
  { echo 'CHANGED: the session does not go on'; exit 1; }
grep -q 'sends session.sig with path, httponly$' <<<"$second" &&
  grep -q 'keeps session.sig until it is closed' <<<"$second" || { echo 'CHANGED: the options are kept'; exit 1; }

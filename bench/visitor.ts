import { createHash } from 'node:crypto'

/** Length of a session cookie's value; what Ory issues has from 300 to 450 characters. */
const cookieLength = 340

/** `Vary` and `Cache-Control` as the package sets them, for what is measured beside it. */
export const responseHeaders = {
  Vary: 'X-Session-Token, Authorization, Cookie',
  'Cache-Control': 'private, no-cache',
} as const

/** The session cookie of a visitor, which nobody else has. */
export function sessionCookie(visitor: string | number): string {
  return `ory_session_playground=${noise(`session ${String(visitor)}`, cookieLength)}`
}

/** The whole `Cookie` header of a visitor's browser: analytics, csrf and session. */
export function cookieHeader(visitor: string | number): string {
  const name = String(visitor)
  return [
    `_ga=GA1.1.${digits(`${name} ga`, 10)}.17${digits(`${name} since`, 8)}`,
    `_ga_7Q4XHKV9ZC=GS1.1.17${digits(name, 8)}.12.1.17${digits(`${name} now`, 8)}.0.0.0`,
    `csrf_token_806060ca5bf70dff3caa0e5c860002aade9d470a5a4dce73bcfa7ba10778f481=${noise(`${name} csrf`, 43)}=`,
    sessionCookie(name),
    'theme=dark',
  ].join('; ')
}

/** A request as a visitor's browser sends it, byte for byte. */
export function requestBytes(cookie: string | undefined, more: readonly string[] = []): Buffer {
  const lines = [
    'GET /me HTTP/1.1',
    'Host: app.example.com',
    'Connection: keep-alive',
    'sec-ch-ua: "Chromium";v="140", "Not=A?Brand";v="24"',
    'sec-ch-ua-mobile: ?0',
    'sec-ch-ua-platform: "Linux"',
    'User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
    'Accept: application/json',
    'Sec-Fetch-Site: same-origin',
    'Sec-Fetch-Mode: cors',
    'Sec-Fetch-Dest: empty',
    'Referer: https://app.example.com/dashboard',
    'Accept-Encoding: gzip, deflate, br, zstd',
    'Accept-Language: en-GB,en;q=0.9,de;q=0.8',
    ...(cookie === undefined ? [] : [`Cookie: ${cookie}`]),
    ...more,
  ]
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')
}

/** URL-safe base64 that looks random and is the same for the same seed. */
function noise(seed: string, length: number): string {
  let text = ''
  for (let block = 0; text.length < length; block += 1) {
    text += createHash('sha512')
      .update(`${seed} ${String(block)}`)
      .digest('base64url')
  }
  return text.slice(0, length)
}

function digits(seed: string, length: number): string {
  return createHash('sha256')
    .update(seed)
    .digest('hex')
    .replaceAll(/\D/g, '')
    .padEnd(length, '7')
    .slice(0, length)
}

import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { bounceCookie as name } from '../credential/cookie-name.js'

const pattern = new RegExp(`^${name}=(\\d)\\.(\\d{1,16})\\.([\\w-]{12})$`)
/** How often one navigation is sent to log in, within the time below, before it is denied plainly. */
const maxBounces = 3
/** In milliseconds. */
const withinMs = 10_000

/**
 * Breaks redirect loops: counts, in a cookie that lives for seconds, how often the same navigation
 * was sent to log in. Returns whether it may be sent once more.
 *
 * The count can only turn a redirect into the plain denial that other clients get, and it is taken
 * back with that denial, so whoever plants the cookie locks nobody out.
 */
export function countBounce(
  request: IncomingMessage,
  response: ServerResponse,
  returnTo: string,
  now: number,
): boolean {
  const target = createHash('sha256').update(returnTo).digest('base64url').slice(0, 12)
  const bounces = readBounces(request.headers.cookie ?? '', target, now)
  const attributes = `Path=/; HttpOnly; SameSite=Lax${returnTo.startsWith('https:') ? '; Secure' : ''}`
  if (bounces.count >= maxBounces) {
    response.appendHeader('Set-Cookie', `${name}=; Max-Age=0; ${attributes}`)
    return false
  }
  const value = `${String(bounces.count + 1)}.${String(bounces.since)}.${target}`
  response.appendHeader(
    'Set-Cookie',
    `${name}=${value}; Max-Age=${String(withinMs / 1000)}; ${attributes}`,
  )
  return true
}

function readBounces(
  cookies: string,
  target: string,
  now: number,
): { count: number; since: number } {
  // Each of several is looked at: one planted in front must not hide the one that counts.
  for (const pair of cookies.split(';')) {
    const match = pattern.exec(pair.trim())
    const [count, since] = [Number(match?.[1]), Number(match?.[2])]
    if (match?.[3] === target && since <= now && now - since < withinMs) return { count, since }
  }
  return { count: 0, since: Math.trunc(now) }
}

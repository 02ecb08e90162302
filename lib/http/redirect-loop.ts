import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { bounceCookie } from '../credential/cookie-name.js'

/** How often one page is sent to log in, within the time below, before it is denied plainly. */
const maxOfPage = 3
/**
 * How often all pages of a browser together. Chromium follows 20 redirects, two for each time, so a
 * higher bound would end in its own error page.
 */
const maxTogether = 9
/** In milliseconds. */
const withinMs = 10_000
/** Longest cookie that is looked at, in characters; ours has 270 at most. */
const maxLength = 512

/** How often a page was sent to log in, since when. */
interface Bounces {
  readonly page: string
  readonly count: number
  readonly since: number
}

/** Whether a page may be sent to log in once more, and the cookie that counts it. */
export interface Bounce {
  readonly isSent: boolean
  readonly setCookie: string
}

/**
 * Breaks redirect loops: counts, in a cookie that lives for seconds, how often each page was sent to
 * log in.
 *
 * The count can only turn a redirect into the plain denial that other clients get. That denial takes
 * the count back, and no count lives longer than ten seconds, so a planted cookie locks nobody out.
 */
export function countBounce(request: IncomingMessage, returnTo: string, now: number): Bounce {
  const isSecure = returnTo.startsWith('https:')
  // A browser takes a cookie of this prefix from no sibling domain.
  const name = isSecure ? `__Host-${bounceCookie}` : bounceCookie
  const page = createHash('sha256').update(returnTo).digest('base64url').slice(0, 12)
  const all = readBounces(request.headers.cookie ?? '', name, now)
  const own = all.find((one) => one.page === page) ?? { page, count: 0, since: Math.trunc(now) }
  const others = all.filter((one) => one.page !== page)
  const together = all.reduce((sum, { count }) => sum + count, 0)
  const isSent = own.count < maxOfPage && together < maxTogether
  // What ends a loop of one page leaves the count of others; what ends a longer one leaves none.
  const ended = own.count < maxOfPage ? [] : others
  const left = isSent ? [{ ...own, count: own.count + 1 }, ...others] : ended
  const value = left.map(({ count, since, page: of }) => `${String(count)}.${String(since)}.${of}`)
  const maxAge = left.length === 0 ? 0 : withinMs / 1000
  const attributes = `Path=/; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`
  const setCookie = `${name}=${value.join('/')}; Max-Age=${String(maxAge)}; ${attributes}`
  return { isSent, setCookie }
}

/** Of several cookies each is read: one that is planted in front must not hide the one that counts. */
function readBounces(cookies: string, name: string, now: number): readonly Bounces[] {
  const found = new Map<string, Bounces>()
  for (const pair of cookies.split(';')) {
    const text = pair.trim()
    if (!text.startsWith(`${name}=`) || text.length > maxLength) continue
    for (const entry of text.slice(name.length + 1).split('/', maxTogether)) {
      const match = /^([1-3])\.(\d{1,16})\.([\w-]{12})$/.exec(entry)
      const [count, since, page = ''] = [Number(match?.[1]), Number(match?.[2]), match?.[3]]
      const isOfNow = since <= now && now - since < withinMs
      if (isOfNow && count > (found.get(page)?.count ?? 0)) found.set(page, { page, count, since })
    }
  }
  // Those that began last, so that the next cookie is bounded whatever came.
  return [...found.values()].sort((one, other) => other.since - one.since).slice(0, maxTogether)
}

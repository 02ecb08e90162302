import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { bounceCookie } from '../credential/cookie-name-matcher.js'

/** How often one page is sent to log in, within the time below, before it is denied plainly. */
const maxOfPage = 3
/**
 * How often all pages of a browser together. Chromium follows 20 redirects, two for each time, so a
 * higher bound would end in its own error page.
 */
const maxTogether = 9
/** In milliseconds. */
const withinMs = 10_000
/** Longest cookie that is looked at, in characters; ours has 60 at most. */
const maxLength = 128

/** How often a page was sent to log in, since when. */
interface Bounces {
  readonly page: string
  readonly count: number
  readonly since: number
}

/** Whether a page may be sent to log in once more, and the cookies that count it. */
export interface Bounce {
  readonly isSent: boolean
  readonly setCookies: readonly string[]
}

/**
 * Breaks redirect loops: counts, in a cookie for each page that lives for seconds, how often the page
 * was sent to log in. In one cookie for all, tabs at work at the same time would undo each other's count.
 *
 * The count can only turn a redirect into the plain denial that other clients get. That denial takes
 * the count back, and no count lives longer than ten seconds, so a planted cookie locks nobody out.
 */
export function countBounce(request: IncomingMessage, returnTo: string, now: number): Bounce {
  const isSecure = returnTo.startsWith('https:')
  // A browser takes a cookie of this prefix from no sibling domain.
  const prefix = `${isSecure ? '__Host-' : ''}${bounceCookie}-`
  const page = createHash('sha256').update(returnTo).digest('base64url').slice(0, 12)
  const all = readBounces(request.headers.cookie ?? '', prefix, now)
  const own = all.find((one) => one.page === page) ?? { page, count: 0, since: Math.trunc(now) }
  const together = all.reduce((sum, { count }) => sum + count, 0)
  const attributes = `Path=/; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`
  if (own.count < maxOfPage && together < maxTogether) {
    const value = `${String(own.count + 1)}.${String(own.since)}`
    const maxAge = String(withinMs / 1000)
    return {
      isSent: true,
      setCookies: [`${prefix}${page}=${value}; Max-Age=${maxAge}; ${attributes}`],
    }
  }
  // What ends a loop of one page leaves the counts of others; what ends a longer one leaves none.
  const ended = own.count < maxOfPage ? all.slice(0, maxTogether) : [own]
  const setCookies = ended.map((one) => `${prefix}${one.page}=; Max-Age=0; ${attributes}`)
  return { isSent: false, setCookies }
}

/** Whether the browser was sent to log in within the last seconds. A planted cookie may say so, too. */
export function hasBounced({ headers }: IncomingMessage): boolean {
  return headers.cookie?.includes(`${bounceCookie}-`) === true
}

/** Of several cookies of a name each is read: one that is planted in front must not hide the one that counts. */
function readBounces(cookies: string, prefix: string, now: number): readonly Bounces[] {
  const found = new Map<string, Bounces>()
  for (const pair of cookies.split(';')) {
    const text = pair.trim()
    if (!text.startsWith(prefix) || text.length > maxLength) continue
    const match = /^([\w-]{12})=([1-3])\.(\d{1,16})$/.exec(text.slice(prefix.length))
    const [page = '', count, since] = [match?.[1], Number(match?.[2]), Number(match?.[3])]
    const isOfNow = since <= now && now - since < withinMs
    if (isOfNow && count > (found.get(page)?.count ?? 0)) found.set(page, { page, count, since })
  }
  return [...found.values()]
}

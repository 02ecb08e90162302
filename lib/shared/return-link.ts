import { shorterUrl } from './return-url.js'

/**
 * Longest link, in characters. Servers and proxies refuse a header or a request line past 8 KB, and
 * the browser sends the link in the request line.
 */
const maxLinkLength = 8_000
/** Longest link whose `return_to` is encoded as usual. nginx refuses an answer whose head is past 4 KB. */
const maxUsualLength = 1_000

/** A link to Ory, and the page that it leads back to. */
export interface ReturnLink {
  readonly location: string
  readonly returnTo: string
}

/**
 * Adds `return_to` to a link to Ory. The link stays below 8 KB: if the page's address makes it longer,
 * the query goes with fewer escapes. If that is too long, too, the link leads back to the path without
 * its query, or else to the start page.
 */
export function returnLink(url: string, appUrl: URL, returnTo: string): ReturnLink {
  let page = returnTo
  let location = write(url, page)
  if (location.length > maxLinkLength) location = write(url, unescapeQuery(page))
  while (location.length > maxLinkLength && page !== shorterUrl(appUrl, page)) {
    page = shorterUrl(appUrl, page)
    location = write(url, page)
  }
  return { location, returnTo: page }
}

function write(url: string, returnTo: string): string {
  const link = new URL(url)
  const rest = [...link.searchParams].filter(([name]) => name !== 'return_to')
  const front = `${link.origin}${link.pathname}`
  const usual = `${front}?${new URLSearchParams([['return_to', returnTo], ...rest]).toString()}`
  if (usual.length <= maxUsualLength) return usual
  // Encoded, each `/`, `:`, `?` and `=` takes three characters; a query may hold them as they are
  // (RFC 3986 §3.4).
  const lean = returnTo.replace(/[^\w\-.~/:?@=!$*,()]/gu, (character) =>
    encodeURIComponent(character),
  )
  const others = rest.length === 0 ? '' : `&${new URLSearchParams(rest).toString()}`
  return `${front}?return_to=${lean}${others}`
}

/**
 * Writes spaces, quotes and letters beyond ASCII as they are, in the query alone: Ory hands a query on
 * as it came, and the browser escapes them again. Escaped once more, each takes five characters for
 * three. A path is left alone, because Ory would write all of its escapes anew.
 *
 * @see https://url.spec.whatwg.org/#query-percent-encode-set
 */
function unescapeQuery(page: string): string {
  return page.replace(/^([^?#]*\?)([^#]*)/, (_whole, front: string, query: string) => {
    const text = query.replace(/(?:%(?:2[02]|[89a-f][\da-f]))+/gi, unescape)
    // A header loses the space at its end.
    return front + text.replace(/ $/, '%20')
  })
}

/** What is no UTF-8 stays as it is. */
function unescape(escapes: string): string {
  try {
    return decodeURIComponent(escapes)
  } catch {
    return escapes
  }
}

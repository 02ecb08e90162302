import { urlBelow } from './ory-urls.js'

/** Longest target that a browser comes back to whole, in characters. */
const maxTargetLength = 6_000

/**
 * The URL of a request target below `appUrl`, whatever the target looks like: its origin and its path
 * prefix always begin the result. A target past 6,000 characters comes back to its path, and a path of
 * that length to the start page.
 */
export function returnUrl(appUrl: URL, target: string): string {
  const base = urlBelow(appUrl, '')
  const { href, origin } = resolve(appUrl, base, target)
  const whole = `${base}${href.slice(origin.length)}`
  return whole.length - base.length > maxTargetLength ? shorterUrl(appUrl, whole) : whole
}

/** The next shorter page to come back to: the path without its query, or else the start page. */
export function shorterUrl(appUrl: URL, returnTo: string): string {
  const base = urlBelow(appUrl, '')
  const path = returnTo.replace(/[?#].*/s, '')
  const isShorter = path !== returnTo && path.length - base.length <= maxTargetLength
  return isShorter ? path : `${base}/`
}

function resolve(appUrl: URL, base: string, target: string): URL {
  // A link of this application itself has the prefix already; a request target has none.
  const isOwn = target.startsWith(base) && /^(?:[/?#]|$)/.test(target.slice(base.length))
  // The absolute form of RFC 9112 §3.2.2 names an authority; only what is behind it counts.
  const path = isOwn
    ? target.slice(base.length)
    : target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '')
  // Resolved before the prefix is put in front, so that `..` can't leave it. Behind the slash nothing
  // can be taken for another authority.
  return new URL(`${appUrl.origin}/${path.replace(/^[/\\\s]+/, '')}`)
}

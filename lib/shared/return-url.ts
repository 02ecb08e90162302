/** Longest target that is returned to, in characters; a longer one leads to the start page. */
const maxTargetLength = 2048

/** The URL of a request target on an origin, whatever the target looks like. */
export function returnUrl(origin: string, target: string): string {
  if (target.length > maxTargetLength) return `${origin}/`
  // The absolute form of RFC 9112 §3.2.2 names an authority; only what is behind it counts.
  const path = target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '')
  // Behind the slash that is put before it, nothing can be taken for another authority.
  return new URL(`${origin}/${path.replace(/^[/\\\s]+/, '')}`).href
}

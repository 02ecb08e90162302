// The token of RFC 9110 §5.6.2, which a cookie's name is.
const namePattern = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/

/** Longest name that a RegExp is asked about, so that a slow one is slow on little. */
const maxNameLength = 256

/**
 * What the names of the cookies have in them that count redirects, with `__Host-` before it over https.
 * They are no session, whatever the patterns say.
 */
export const bounceCookie = 'ory-login-bounce'

/** Whether a text can name a cookie (RFC 6265 §4.1.1). */
export function isCookieName(name: string): boolean {
  return namePattern.test(name)
}

/** Makes one test out of names and patterns. Names are compared case-sensitively, as Ory does. */
export function createCookieNameMatcher(
  matchers: readonly (string | RegExp)[],
): (name: string) => boolean {
  const patterns = matchers
    .filter((matcher) => matcher instanceof RegExp)
    // `g` and `y` make a RegExp remember where it stopped in the last text.
    .map((pattern) => new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, '')))
  const isMatch = (name: string): boolean =>
    matchers.includes(name) ||
    (name.length <= maxNameLength &&
      patterns.some((pattern) => pattern.test(name)) &&
      isCookieName(name) &&
      !name.includes(bounceCookie))
  /** The name that matched last. An application has mostly one, and patterns take a quarter of the time of reading. */
  let last: string | undefined
  return (name) => {
    if (name === last) return true
    if (!isMatch(name)) return false
    last = ownCopy(name)
    return true
  }
}

/** The same text in memory of its own: a part of a header keeps the whole of it, credential and all. */
function ownCopy(text: string): string {
  return Buffer.from(text).toString()
}

/**
 * The code of the first letter, where all names that match have the same; otherwise `undefined`. Most
 * cookies are somebody else's: by it they are passed over unread.
 */
export function firstCode(matchers: readonly (string | RegExp)[]): number | undefined {
  const letters = new Set(
    matchers.map((matcher) => (typeof matcher === 'string' ? matcher[0] : firstLetter(matcher))),
  )
  const [letter] = letters
  return letters.size === 1 ? letter?.charCodeAt(0) : undefined
}

/** The letter behind `^`, unless what stands behind it, or a flag, lets a name do without it. */
function firstLetter({ source, flags }: RegExp): string | undefined {
  if (/[im]/.test(flags) || source.includes('|')) return undefined
  return /^\^([A-Za-z0-9_-])(?![*?{])/.exec(source)?.[1]
}

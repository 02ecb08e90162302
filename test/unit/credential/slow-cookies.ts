import { maxCookieLength } from '../../../lib/credential/credential.js'

/**
 * What a `Cookie` header says of the session, written for reading and not for speed: RFC 6265 §5.4
 * puts pairs behind one another with `;`, and Go's net/http, by which Kratos reads them, cuts each
 * at its first `=` and takes blanks and tabs off its ends.
 *
 * It is `undefined` without a session cookie, `'invalid'` with none that could be one, and else the
 * pairs that go to Ory.
 */
export function readSlowly(
  header: string,
  isSessionCookie: (name: string) => boolean,
): string | undefined {
  const pairs = header.split(';').flatMap((piece) => {
    const pair = withoutBlanks(piece)
    const [first = '', ...rest] = pair.split('=')
    if (rest.length === 0 || !isSessionCookie(withoutBlanks(first))) return []
    const value = rest.join('=')
    return withoutBlanks(value) === '' ? [] : [{ pair, value }]
  })
  if (pairs.length === 0) return undefined
  const good = pairs.filter(({ pair, value }) => !/[ \t]/.test(pair) && isValue(value))
  const sent = good.map(({ pair }) => pair).join('; ')
  return sent === '' || sent.length > maxCookieLength ? 'invalid' : sent
}

function withoutBlanks(text: string): string {
  const characters = [...text]
  while (characters[0] === ' ' || characters[0] === '\t') characters.shift()
  while (characters.at(-1) === ' ' || characters.at(-1) === '\t') characters.pop()
  return characters.join('')
}

/** Octets that Go takes in a value, but for the blank, with a quote at both ends or at neither. */
function isValue(value: string): boolean {
  const isQuoted = value.length > 1 && value.startsWith('"') && value.endsWith('"')
  const octets = [...(isQuoted ? value.slice(1, -1) : value)]
  return (
    octets.length > 0 &&
    octets.every((octet) => octet > ' ' && octet < '\u007f' && !'";\\'.includes(octet))
  )
}

/** A challenge of `WWW-Authenticate`. */
export interface Challenge {
  readonly scheme: string
  readonly token68?: string
  /** In the order in which they came; values without their quotes. */
  readonly parameters: readonly (readonly [name: string, value: string])[]
}

const token = /[!#$%&'*+\-.^`|~\w]+/y
const token68 = /[\w\-.~+/]+=*(?=[ \t]*(?:,|$))/y
const quoted = /"((?:[\t \x21\x23-\x5b\x5d-\x7e\x80-\xff]|\\[\t \x21-\x7e\x80-\xff])*)"/y
const blanks = /[ \t]*/y

/**
 * Reads `WWW-Authenticate` by its grammar, and throws where it does not hold.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1
 */
export function parseChallenges(text: string): Challenge[] {
  let at = 0
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at
    const match = pattern.exec(text) ?? undefined
    if (match) at = pattern.lastIndex
    return match
  }
  const fail = (expected: string): never => {
    throw new SyntaxError(`${expected} expected at ${at} of ${JSON.stringify(text)}`)
  }

  /** A parameter, or nothing and no step on: what stands here may be the next scheme. */
  function takeParameter(): readonly [string, string] | undefined {
    const start = at
    const name = take(token)?.[0]
    take(blanks)
    if (name === undefined || text[at] !== '=') {
      at = start
      return undefined
    }
    at += 1
    take(blanks)
    const value = take(quoted)?.[1]?.replace(/\\(.)/gs, '$1') ?? take(token)?.[0]
    return [name, value ?? fail('a token or a quoted string')]
  }

  function takeChallenge(): Challenge {
    const scheme = take(token)?.[0] ?? fail('a scheme')
    if (!take(/ +/y)) return { scheme, parameters: [] }
    const single = take(token68)?.[0]
    if (single !== undefined) return { scheme, token68: single, parameters: [] }
    const parameters = [takeParameter() ?? fail('a parameter')]
    for (;;) {
      const start = at
      const next = take(/[ \t]*,[ \t]*/y) && takeParameter()
      if (!next) {
        at = start
        return { scheme, parameters }
      }
      parameters.push(next)
    }
  }

  const challenges = [takeChallenge()]
  while (at < text.length) {
    if (!take(/[ \t]*,[ \t]*/y)) fail('a comma')
    challenges.push(takeChallenge())
  }
  return challenges
}

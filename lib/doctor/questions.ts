import type { Came, Question } from './ask.js'
import type { Subject } from './subject.js'

export const whoamiRoute = '/sessions/whoami'

/** Who is there, asked without a credential. */
export function askAnonymously(subject: Subject, isAgain = false): Promise<Came> {
  return subject.ask({ route: whoamiRoute, ...(isAgain ? { isAgain } : {}) })
}

/** Who the session is that was given, past Ory's edge cache. */
export function askWithSession(subject: Subject): Promise<Came> {
  const { credential } = subject
  return subject.ask({ route: whoamiRoute, credential, headers: { 'cache-control': 'max-age=0' } })
}

/** The start of a login, as a script sees it. */
export function startLogin(
  subject: Subject,
  query: Question['query'] = {},
  credential?: Question['credential'],
): Promise<Came> {
  return subject.ask({ route: '/self-service/login/browser', query, credential })
}

/** The lines of a header that may be repeated. */
export function linesOf(header: string | readonly string[] | undefined): readonly string[] {
  if (header === undefined) return []
  return typeof header === 'string' ? [header] : header
}

/** A body as JSON; `undefined` when it is none. */
export function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body) as unknown
  } catch {
    return undefined
  }
}

/** A member of a value that may be anything. */
export function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined
}

import type { Answer, Question } from '../../../lib/ory/whoami-answer.js'
import { parse } from '../support/parse.js'
import { identityBody, sessionBody } from '../support/session-body.js'

/** A question of a token that nobody has seen before. */
export function question(members: Partial<Question> = {}): Question {
  return {
    credential: { source: 'x-session-token', value: 'ory_st_a' },
    key: 'k',
    isForced: false,
    isRefresh: false,
    signal: new AbortController().signal,
    known: undefined,
    recentIdentity: undefined,
    ...members,
  }
}

/** The answer that tells of a live session. */
export function liveAnswer(identity = 'i'): Answer & { kind: 'live' } {
  const session = parse(sessionBody({ identity: identityBody({ id: identity }) }))!
  const live = { ...session, bytes: 1 }
  return {
    ...{ kind: 'live', live, isUnchanged: false, text: undefined },
    ...{ cacheForMs: Infinity, oryNow: -Infinity, setCookie: [] },
  }
}

/** A promise that is settled from outside. */
export interface Deferred<T> {
  readonly promise: Promise<T>
  readonly resolve: (value: T) => void
  readonly reject: (error: unknown) => void
}

export function defer<T>(): Deferred<T> {
  let settle: Omit<Deferred<T>, 'promise'> | undefined
  const promise = new Promise<T>((resolve, reject) => (settle = { resolve, reject }))
  return { promise, ...settle! }
}

/** How promises stand once nothing more can happen. */
export async function standOf(promises: readonly Promise<unknown>[]): Promise<string[]> {
  const pending = new Promise((resolve) => setImmediate(resolve)).then(() => 'pending')
  return Promise.all(
    promises.map((promise) =>
      Promise.race([
        promise.then(
          () => 'done',
          (error: unknown) => String((error as { reason?: unknown }).reason ?? error),
        ),
        pending,
      ]),
    ),
  )
}

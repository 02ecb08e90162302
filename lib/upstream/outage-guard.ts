import type { Answer, Question, Whoami } from './answer.js'
import type { Clock } from '../clock.js'
import { Fault } from './fault.js'
import { createSuspicion } from './suspicion.js'
import { unknownHealthAgeMs } from './readiness.js'
import type { Readiness } from './readiness.js'

/** How long after Ory was not ready, or away, every 401 is checked twice, in milliseconds. */
const waryMs = 60_000

/**
 * Believes a 401 only from a healthy Ory. While its database is down, Kratos answers everybody with
 * the very bytes of a logged-out user's 401.
 *
 * @throws Fault `not_ready` where a 401 can't be believed
 */
export function withOutageGuard(
  ask: Whoami,
  readiness: Readiness | undefined,
  clock: Clock,
): Whoami {
  const suspicion = createSuspicion(clock)
  let troubledAt = -Infinity

  /** Holds a 401 against Ory's health, or else against what others have met. */
  async function check(
    ready: Readiness,
    since: number,
    recentIdentity: string | undefined,
    maxAgeMs: number,
  ): Promise<'ready' | 'unknown'> {
    const health = await ready.ask(since, maxAgeMs)
    if (health === 'unready') troubledAt = clock.monotonic()
    const isDoubted = health === 'unknown' && suspicion.isOutageAfter(recentIdentity)
    if (health === 'unready' || isDoubted) throw new Fault('not_ready')
    return health
  }

  function noteFault(error: unknown): never {
    // No client's doing; and the database may just be coming back, so 401s stay in doubt for a while.
    if (error instanceof Fault && error.isOutage) troubledAt = clock.monotonic()
    throw error
  }

  const isRecovering = (): boolean => clock.monotonic() - troubledAt < waryMs

  /** What to make of a 401, where readiness can be asked. */
  async function doubt(
    answer: DoubtfulAnswer,
    question: Question,
    ready: Readiness,
  ): Promise<Answer> {
    const { recentIdentity } = question
    const maxAgeMs = recentIdentity === undefined ? unknownHealthAgeMs : 0
    // After a long outage nobody counts as known, though somebody may well be live.
    const wasWary = recentIdentity !== undefined || isRecovering()
    const health = await check(ready, answer.doubtfulSince, recentIdentity, maxAgeMs)
    // Others may have met an outage while readiness was asked.
    const isWary = wasWary || isRecovering()
    if (health === 'unknown' || !isWary) return answer
    // The database may have come back between the 401 and the readiness: ask once more, and again in
    // the foreground, since somebody may be waiting by now.
    const second = await ask({ ...question, isRefresh: false }).catch(noteFault)
    if (!isDoubtful(second)) {
      suspicion.dispel()
      return second
    }
    await check(ready, second.doubtfulSince, recentIdentity, maxAgeMs)
    return second
  }

  return (question) =>
    ask(question).then((answer) => {
      if (isDoubtful(answer)) {
        return readiness === undefined ? answer : doubt(answer, question, readiness)
      }
      suspicion.dispel()
      return answer
    }, noteFault)
}

type DoubtfulAnswer = Answer & { readonly doubtfulSince: number }

function isDoubtful(answer: Answer): answer is DoubtfulAnswer {
  return answer.kind === 'refused' && answer.doubtfulSince !== undefined
}

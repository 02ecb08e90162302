import type { Answer, Question, Whoami } from '../ory/whoami-answer.js'
import type { Clock } from '../shared/clock.js'
import { Fault } from '../shared/fault.js'
import type { Signal } from '../shared/lean-abort-signal.js'
import { createSuspicion } from './rule-of-three.js'
import { unknownHealthAgeMs } from '../ory/readiness.js'
import type { Readiness } from '../ory/readiness.js'

/** How long after Ory was not ready, or away, every 401 is checked twice, in milliseconds. */
const waryMs = 60_000

/**
 * Believes a 401 only from a healthy Ory. While its database is down, Kratos answers everybody with
 * the very bytes of a logged-out user's 401.
 *
 * @throws Fault (as a rejection) `not_ready` where Ory says that it is not, and `doubtful` where nobody
 * can tell: by the rule of three, for want of time, or since the second look met a fault
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
    if (health === 'unready') {
      troubledAt = clock.monotonic()
      throw new Fault('not_ready')
    }
    if (health === 'unknown' && suspicion.isOutageAfter(recentIdentity))
      throw new Fault('ambiguous_401')
    return health
  }

  function noteFault(error: unknown): never {
    // No client's doing; and the database may just be coming back, so 401s stay in doubt for a while.
    if (error instanceof Fault && error.isOutage) troubledAt = clock.monotonic()
    throw error
  }

  /** After a 401 this is not for want of an answer: to pass for an outage it would open the grace. */
  function noteSecondFault(error: unknown): never {
    if (!(error instanceof Fault)) throw error
    // Which says nothing of Ory where it had but what the first look left of the time; or the 401 of one
    // person would keep all others in doubt, and theirs that of the next.
    const isLate = error.reason === 'timeout'
    if (error.isOutage && !isLate) troubledAt = clock.monotonic()
    throw new Fault('ambiguous_401', error.message, error.retryAfter)
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
    const second = await ask({ ...question, isRefresh: false, isSecondLook: true }).catch(
      noteSecondFault,
    )
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
        if (readiness === undefined) return answer
        return orDoubtful(question.signal, doubt(answer, question, readiness))
      }
      suspicion.dispel()
      return answer
    }, noteFault)
}

/** Rejects once the time is up, with `doubtful` where `timeout` would say that Ory is away. */
function orDoubtful(signal: Signal, answer: Promise<Answer>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => {
      reject(new Fault('ambiguous_401', 'not told in time'))
    }
    signal.addEventListener('abort', giveUp, { once: true })
    answer.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', giveUp)
    })
  })
}

type DoubtfulAnswer = Answer & { readonly doubtfulSince: number }

function isDoubtful(answer: Answer): answer is DoubtfulAnswer {
  return answer.kind === 'refused' && answer.doubtfulSince !== undefined
}

import type { Credential } from '../credential/credential.js'
import type { Key } from '../credential/cache-key.js'
import { withDeadline } from '../shared/deadline.js'
import type { LiveSession } from '../session/parse-session.js'
import type { Clock } from '../shared/clock.js'
import type { FindSecondFactor } from '../resilience/upstream.js'

/** Whose second factor is asked about. */
export interface Enrolled {
  readonly credential: Credential
  readonly key: Key
  readonly live: LiveSession
}

/**
 * Whether it is known that a person has no second factor to show: at once if Ory said so within the
 * last minute, or else by a promise, which never rejects. No answer counts as a factor to show.
 */
export type LacksSecondFactor = (who: Enrolled) => boolean | PromiseLike<boolean>

export interface EnrolmentHint {
  readonly lacksSecondFactor: LacksSecondFactor
  /** Forgets an identity. Without this, a user who has enrolled since would be sent to enrol again. */
  readonly forget: (identityId: string) => void
  /** Forgets every identity. */
  clear(): void
}

/** How long an answer counts, or that there was none, in milliseconds. */
const countsMs = 60_000
/** Of how many identities answers are kept; the oldest goes first. */
const maxIdentities = 10_000

interface Hint {
  readonly askedAt: number
  isMissing: boolean | PromiseLike<boolean>
}

/**
 * Asks Ory once a minute per identity at most, because each question makes a login flow there. Ory's own
 * step-up page is a dead end for a person without a second factor.
 *
 * @see https://www.ory.com/docs/kratos/mfa/overview
 */
export function createEnrolmentHint(
  findSecondFactor: FindSecondFactor,
  timeoutMs: number,
  clock: Clock,
): EnrolmentHint {
  const hints = new Map<string, Hint>()

  async function ask({ credential, key, live }: Enrolled): Promise<boolean> {
    const caller = { kind: 'known', identityId: live.session.identity.id } as const
    try {
      const answer = await withDeadline(timeoutMs, (signal) =>
        findSecondFactor({ credential, key, caller, isRefresh: false, signal }),
      )
      return answer.kind === 'not_enrolled'
    } catch {
      return false
    }
  }

  function lacksSecondFactor(who: Enrolled): boolean | PromiseLike<boolean> {
    const { id } = who.live.session.identity
    const now = clock.monotonic()
    const known = hints.get(id)
    if (known !== undefined && now - known.askedAt < countsMs) return known.isMissing
    // Deleted first, or a renewed one would keep its old turn to go.
    hints.delete(id)
    const [oldest] = hints.keys()
    if (hints.size >= maxIdentities && oldest !== undefined) hints.delete(oldest)
    const answered = ask(who)
    const hint: Hint = { askedAt: now, isMissing: answered }
    hints.set(id, hint)
    return answered.then((isMissing) => {
      hint.isMissing = isMissing
      return isMissing
    })
  }

  return {
    lacksSecondFactor,
    forget(identityId) {
      hints.delete(identityId)
    },
    clear() {
      hints.clear()
    },
  }
}

import { setupChannel, upstreamChannel } from '../shared/channels.js'
import type { OryOutcome, OrySetupEvent, OryUpstreamEvent } from '../shared/channels.js'
import { Fault } from '../shared/fault.js'
import { setupAdvice } from '../shared/setup-cause.js'
import type { SetupCause } from '../shared/setup-cause.js'

/** What a message tells of a question. */
interface Call {
  readonly isRefresh: boolean
  readonly isForced?: boolean
}

type Ask<Q extends Call, A> = (question: Q) => Promise<A>

/** Publishes how the questions of one instance end. Nothing is made while nobody subscribes. */
export interface CallEvents {
  readonly follow: <Q extends Call, A extends { readonly kind: OryOutcome }>(
    operation: OryUpstreamEvent['operation'],
    ask: Ask<Q, A>,
  ) => Ask<Q, A>
}

export function createCallEvents(url: URL, instance: number): CallEvents {
  /** Causes that were published: one message for each is enough to find it by. */
  const published = new Set<SetupCause>()

  function publishSetup(error: unknown): void {
    if (!(error instanceof Fault) || error.setupCause === undefined) return
    const cause = error.setupCause
    if (!setupChannel.hasSubscribers || published.has(cause)) return
    published.add(cause)
    const { means: message, fix } = setupAdvice[cause]
    const event: OrySetupEvent = {
      instance,
      cause,
      detail: error.detail,
      url: url.origin,
      message,
      fix,
    }
    setupChannel.publish(event)
  }

  return {
    follow: (operation, ask) => (question) => {
      const asked = ask(question)
      if (!upstreamChannel.hasSubscribers) {
        if (setupChannel.hasSubscribers) asked.catch(publishSetup)
        return asked
      }
      const startedAt = performance.now()
      const publish = (outcome: OryOutcome): void => {
        const { isRefresh, isForced = false } = question
        const durationMs = performance.now() - startedAt
        const event: OryUpstreamEvent = {
          instance,
          operation,
          outcome,
          isRefresh,
          isForced,
          durationMs,
        }
        upstreamChannel.publish(event)
      }
      asked.then(
        ({ kind }) => publish(kind),
        (error: unknown) => {
          publishSetup(error)
          if (error instanceof Fault) publish(error.reason)
        },
      )
      return asked
    },
  }
}

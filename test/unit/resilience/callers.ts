import type { Dispatcher } from 'undici'
import { toCaller } from '../../../lib/resilience/caller.js'
import { resolveOptions } from '../../../lib/options/resolve-options.js'
import type { WhoamiCall } from '../../../lib/resilience/ory-call.js'
import type { Fault } from '../../../lib/shared/fault.js'
import { createUpstream } from '../../../lib/resilience/upstream.js'
import { createFakeClock } from '../support/fake-clock.js'
import { jsonReply, refusalReply, type Reply } from '../support/reply.js'
import { sessionBody } from '../support/session-body.js'
import { question } from '../ory/question.js'

/** Everything between the package and Ory, or that with a fault in it. */
export type Through = (ask: (sent: WhoamiCall) => Promise<unknown>) => typeof ask
export type Says = 'live' | 'refused' | 500 | 429

/** Somebody's question, and where it stands. */
export interface Asking {
  /** The identity of a known caller. */
  readonly identity: string | undefined
  readonly key: string
  readonly askedAt: number
  /** Answers it, once it is with Ory. */
  answer: ((says: Says) => void) | undefined
  said: { readonly says: Says; readonly at: number } | undefined
  /** `done`, or the reason of the fault. */
  outcome: string | undefined
}

const timeoutMs = 2 ** 31 - 1

/** Many who ask at once through all that spares Ory. */
export function createCallers(connections: number, through: Through) {
  const clock = createFakeClock()
  const all: Asking[] = []
  const replies: Record<Says, () => Reply> = {
    live: () => jsonReply(200, sessionBody()),
    refused: () => refusalReply(401),
    500: () => jsonReply(500, {}),
    429: () => jsonReply(429, {}, { 'x-ratelimit-reset': '10' }),
  }
  const request = ({ headers }: { headers: Record<string, string> }): Promise<Reply> =>
    new Promise((resolve) => {
      const asking = all[Number(headers['x-session-token'])]!
      asking.answer = (says) => {
        asking.answer = undefined
        asking.said = { says, at: clock.monotonic() }
        resolve(replies[says]())
      }
    })
  const dispatcher = { request, dispatch: request } as unknown as Dispatcher
  const options = { url: 'http://ory.example', dispatcher, clock, connections, timeoutMs }
  const settings = resolveOptions({ ...options, readinessPath: false })
  const ask = through(createUpstream(settings).whoami)

  return {
    all,
    clock,
    async ask(key: string, identity?: string): Promise<Asking> {
      const asking: Asking = {
        ...{ identity, key, answer: undefined, said: undefined, outcome: undefined },
        askedAt: clock.monotonic(),
      }
      const credential = { source: 'x-session-token', value: String(all.length) } as const
      all.push(asking)
      ask(question({ key, credential, caller: toCaller(identity) })).then(
        () => (asking.outcome = 'done'),
        (fault: unknown) => (asking.outcome = (fault as Fault).reason),
      )
      await settle()
      return asking
    },
    async answer(asking: Asking, says: Says): Promise<void> {
      asking.answer?.(says)
      await settle()
    },
  }
}

export type Callers = ReturnType<typeof createCallers>

async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
}

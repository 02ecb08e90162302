import { Agent } from 'undici'
import { createOrySession, sendDenial } from '../../../lib/index.js'
import type { SessionMiddleware, OrySession, SessionError } from '../../../lib/index.js'
import type { FakeOry, SignedIn } from '../../../lib/testing/index.js'
import type { Reply } from '../../support/denial.js'
import { frameworks } from '../../support/frameworks.js'
import { createHandClock } from '../../support/hand-clock.js'
import type { HandClock } from '../../support/hand-clock.js'
import { sendRaw } from '../../support/raw.js'
import { startSite } from '../../support/site.js'
import type { Site } from '../../support/site.js'
import { byCookie, byToken } from '../../support/world.js'
import { factsOf } from '../cell.js'
import type { Cell } from '../cell.js'
import type { Call } from '../fault.js'
import { timeoutMs } from './deadline.js'

/** The stage of one cell: an instance of its own, and an application that it protects. */
export interface Scene {
  readonly cell: Cell
  readonly ory: OrySession
  readonly site: Site
  readonly clock: HandClock
  readonly users: readonly SignedIn[]
  /** Somebody else, on whom nothing depends. */
  readonly unknownCaller: SignedIn
  /** What `onDenied` was given. */
  readonly errors: readonly SessionError[]
  /** Whether a question to Ory was about one of its users. */
  readonly isOwn: (call: Call) => boolean
  /** Sends a request of somebody. */
  ask(person: SignedIn): Promise<Reply>
  /** Holds requests back until so many are there, and then lets all go in one turn. */
  hold(count: number): void
  close(): Promise<void>
}

/** @param fake where users sign in; it is asked nothing */
export async function startScene(cell: Cell, url: string, fake: FakeOry): Promise<Scene> {
  const errors: SessionError[] = []
  const clock = createHandClock()
  const dispatcher =
    cell.kind === 'given dispatcher' ? new Agent({ connect: { timeout: timeoutMs } }) : undefined
  const ory = createOrySession({
    dispatcher,
    url,
    clock,
    // A handful of users each: room for ten thousand takes longer to make than all the rest.
    cacheMaxSessions: 50,
    onDenied(error, request, response) {
      errors.push(error)
      sendDenial(error, request, response)
    },
  })
  const gate = createGate()
  const site = await startSite(frameworks[3]!, guardOf(ory, cell), { before: [gate.pass] })
  const users = Array.from({ length: factsOf[cell.state].users }, () => fake.signIn())
  const own = new Set(users.flatMap(({ cookie, token }) => [cookie, token]))
  const carry = cell.credential === 'cookie' ? byCookie : byToken
  return {
    cell,
    ory,
    site,
    clock,
    errors,
    users,
    isOwn: ({ credential }) => own.has(credential),
    unknownCaller: fake.signIn(),
    async ask(person) {
      const lines = Object.entries(carry(person)).map(([name, value]) => `${name}: ${value}`)
      return sendRaw(site.port, '/', lines)
    },
    hold: gate.hold,
    async close() {
      await Promise.all([site.close(), ory.close().then(async () => dispatcher?.destroy())])
    },
  }
}

function guardOf(ory: OrySession, { kind }: Cell): SessionMiddleware {
  if (kind === 'required' || kind === 'given dispatcher') return ory.requireSession()
  return ory.optionalSession(kind === 'optional' ? {} : { onUnavailable: 'anonymous' })
}

function createGate(): {
  readonly pass: SessionMiddleware
  readonly hold: (count: number) => void
} {
  let wanted = 1
  let held: (() => void)[] = []
  return {
    hold: (count) => void (wanted = count),
    pass(_request, _response, next) {
      held.push(() => next())
      if (held.length < wanted) return
      wanted = 1
      const all = held
      held = []
      for (const go of all) go()
    },
  }
}

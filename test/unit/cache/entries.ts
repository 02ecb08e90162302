import { createCacheClock } from '../../../lib/cache/cache-clock.js'
import type { CacheClock } from '../../../lib/cache/cache-clock.js'
import { Entry } from '../../../lib/cache/entry.js'
import type { Note } from '../../../lib/cache/recently-live.js'
import { freezeSession } from '../../../lib/session/freeze-session.js'
import { parseSession } from '../../../lib/session/parse-session.js'
import type { LiveSession } from '../../../lib/session/parse-session.js'
import { createFakeClock, type FakeClock } from '../support/fake-clock.js'
import { identityBody, sessionBody } from '../support/session-body.js'

export const validity = { ttlMs: 10_000, behindMs: 0 }

/** A clock to move, and the cache's view of it. */
export function clocks(): { clock: FakeClock; cacheClock: CacheClock } {
  const clock = createFakeClock()
  return { clock, cacheClock: createCacheClock(clock) }
}

let identities = 0

/** A session as it comes over the wire, of an identity of its own. */
export function live(): { session: LiveSession; text: string } {
  identities += 1
  const text = JSON.stringify(sessionBody({ identity: identityBody({ id: `i${identities}` }) }))
  const { contents, ...session } = parseSession(JSON.parse(text), text)!
  freezeSession(session.session, contents.objects)
  return { session, text }
}

export function noteOf({ session }: LiveSession, key = 'k'): Note {
  const ids = { sessionId: session.id, identityId: session.identity.id }
  return { key, ...ids, weight: 1, now: 1, monotonic: 2, forcedAt: 0 }
}

/** It as it is kept. */
export const entryOf = (session: LiveSession, text?: string): Entry =>
  new Entry(session, text, noteOf(session), { now: 1, monotonic: 2 }, validity)

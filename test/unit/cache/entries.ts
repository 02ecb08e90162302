import { Entry } from '../../../lib/cache/entry.js'
import { freezeSession } from '../../../lib/session/freeze-session.js'
import { parseSession } from '../../../lib/session/parse-session.js'
import type { LiveSession } from '../../../lib/session/parse-session.js'
import { identityBody, sessionBody } from '../support/session-body.js'

export const facts = { ttlMs: 10_000, behindMs: 0, isComposite: false, forcedAt: -Infinity }

let people = 0

/** A session as it comes over the wire, of a person of its own. */
export function live(): LiveSession {
  people += 1
  const text = JSON.stringify(sessionBody({ identity: identityBody({ id: `i${people}` }) }))
  const { contents, ...parsed } = parseSession(JSON.parse(text), text)!
  freezeSession(parsed.session, contents.objects)
  return parsed
}

/** It as it is kept. */
export const entryOf = (session: LiveSession): Entry =>
  new Entry(session, { now: 1.5, monotonic: 2.5 }, facts)

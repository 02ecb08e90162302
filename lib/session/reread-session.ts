import { takeStock } from './session-limits.js'
import { freezeSession } from './freeze-session.js'
import type { Session } from './session.js'

/** The same session once more, from a text that was found to be one. */
export function rereadSession(text: string): Session {
  const session = JSON.parse(text) as Session & Record<string, unknown>
  freezeSession(session, takeStock(session).objects)
  return session
}

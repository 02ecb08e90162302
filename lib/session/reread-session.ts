import { takeStock } from './session-limits.js'
import { freezeSession } from './freeze-session.js'
import type { Session } from './session.js'

/**
 * Reads a session once more from a text that was found to be one. `ids`: those in the text, as strings
 * that are in memory anyway and are shared.
 */
export function rereadSession(
  text: string,
  ids: { readonly sessionId: string; readonly identityId: string },
): Session {
  const session = JSON.parse(text) as Record<string, unknown> & { identity: { id: string } }
  const { objects } = takeStock(session)
  session['id'] = ids.sessionId
  session.identity.id = ids.identityId
  const reread = session as unknown as Session
  freezeSession(reread, objects)
  return reread
}

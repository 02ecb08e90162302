import { measure } from './session-limits.js'
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
  const session = JSON.parse(text) as Session & Record<string, unknown>
  const { objects } = measure(session)
  shareStrings(objects, [ids.sessionId, ids.identityId])
  freezeSession(session, objects)
  return session
}

/**
 * Makes equal strings one. `JSON.parse` makes a string for each, and most timestamps of a session are the
 * same: without this it takes a fifth more memory for as long as it is cached.
 */
function shareStrings(objects: readonly object[], shared: readonly string[]): void {
  const seen = new Map(shared.map((text) => [text, text]))
  for (const object of objects) {
    for (const [name, value] of Object.entries(object)) {
      if (typeof value !== 'string') continue
      const first = seen.get(value)
      if (first === undefined) seen.set(value, value)
      else Reflect.set(object, name, first)
    }
  }
}

import { requiredAalChannel } from '../shared/channels.js'
import type { OryRequiredAalEvent } from '../shared/channels.js'

/**
 * Notes that Ory refused a session at `aal1` on a route that asks for no more. It says once, on the
 * diagnostics channel `express-ory-session:required-aal`, that levels per route can't be had so.
 *
 * @see https://www.ory.com/docs/kratos/mfa/overview
 */
export function createRequiredAalNotice(instance: number): () => void {
  let isPublished = false
  return () => {
    if (isPublished || !requiredAalChannel.hasSubscribers) return
    isPublished = true
    const event: OryRequiredAalEvent = {
      instance,
      message:
        "Ory refuses each aal1 session that has a second factor, on every route: levels per route need Kratos' session.whoami.required_aal to be aal1",
    }
    requiredAalChannel.publish(event)
  }
}

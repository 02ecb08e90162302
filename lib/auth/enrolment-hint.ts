import { channel } from 'node:diagnostics_channel'
import type { Clock } from '../shared/clock.js'
import { settingsUrl } from '../shared/ory-urls.js'

/** What is known of whether people have a second factor, from the way Ory answers. */
export interface SecondFactor {
  /** Takes note of Ory's own 403, on a route that asked for no second factor or did. */
  noteDemanded(isAskedByRoute: boolean): void
  /** Whether somebody who passes whoami at `aal1` can be said to have none enrolled. */
  isKnownMissing(): boolean
  /** Where one is enrolled. */
  readonly settingsUrl: string
}

/** How long Ory's own 403 tells how it is configured, in milliseconds. */
const tellsForMs = 10 * 60_000

/**
 * Ory's 403 for a session below its second factor shows that `session.whoami.required_aal` is
 * `highest_available`: whoever gets a 200 at `aal1` then has no second factor, and sending them to
 * use one is a dead end. A route that asks for less can't be had with that setting, which is told
 * once, on the diagnostics channel `express-ory-session:required-aal`.
 *
 * @see https://www.ory.com/docs/kratos/mfa/overview
 */
export function createSecondFactor(browserUrl: URL, clock: Clock): SecondFactor {
  const events = channel('express-ory-session:required-aal')
  let demandedAt = -Infinity
  let isTold = false

  return {
    noteDemanded(isAskedByRoute) {
      demandedAt = clock.monotonic()
      if (isAskedByRoute || isTold) return
      isTold = true
      events.publish({
        message:
          "Ory refuses aal1 sessions of people with a second factor on every route: per-route levels need Kratos' session.whoami.required_aal to be aal1",
      })
    },
    isKnownMissing: () => clock.monotonic() - demandedAt < tellsForMs,
    settingsUrl: settingsUrl(browserUrl, {}),
  }
}

import { count } from '../counters.js'
import type { Counters } from '../counters.js'
import type { Settings } from '../options/settings.js'
import type { ResolvedPolicy } from '../policy.js'
import type { Fault } from '../upstream/fault.js'
import { bearerChallenge } from './challenge.js'
import { SessionError } from './errors.js'
import type { DenialExtras } from './errors.js'

/** Makes the denials that are no verdict of a policy, and counts all. */
export interface Denials {
  missing(): SessionError
  malformed(): SessionError
  invalid(): SessionError
  crossSite(): SessionError
  unavailable(fault: Fault): SessionError
  /** Ory's own 403, with the link in it. */
  aalTooLow(policy: ResolvedPolicy, url: string | undefined): SessionError
  /** Takes note of a denial that somebody else made. */
  counted(error: SessionError): SessionError
}

export function createDenials(settings: Settings, counters: Counters): Denials {
  const challenge = (error?: string): DenialExtras => ({
    challenge: bearerChallenge(settings.realm, error === undefined ? {} : { error }),
  })
  const missing = challenge()
  const malformed = challenge('invalid_request')
  const invalid = challenge('invalid_token')

  function counted(error: SessionError): SessionError {
    count(counters.denials, error.code)
    return error
  }

  return {
    counted,
    missing: () => counted(new SessionError('session_missing', missing)),
    malformed: () => counted(new SessionError('credential_malformed', malformed)),
    invalid: () => counted(new SessionError('session_invalid', invalid)),
    crossSite: () => counted(new SessionError('cross_site_request')),
    unavailable: (fault) =>
      counted(
        new SessionError('authentication_unavailable', {
          retryAfter: secondsUntilRetry(fault),
          cause: fault,
        }),
      ),
    aalTooLow: (policy, url) =>
      counted(
        new SessionError('session_aal2_required', withLink(policy, settings.browserUrl, url)),
      ),
  }
}

/** Ory's own link is passed on only where it leads to the Ory that browsers are meant to see. */
function withLink(
  { oryAalDenial }: ResolvedPolicy,
  browserUrl: URL,
  url: string | undefined,
): DenialExtras {
  const isOwn = url !== undefined && URL.canParse(url) && new URL(url).origin === browserUrl.origin
  return isOwn ? { ...oryAalDenial, redirectBrowserTo: url } : oryAalDenial
}

/** What is known, or a few with jitter, so that clients don't all come at once. */
function secondsUntilRetry({ reason, retryAfter }: Fault): number {
  const seconds = retryAfter ?? (reason === 'rate_limited' ? 5 : 1 + Math.random() * 2)
  return Math.min(Math.max(Math.ceil(seconds), 1), 30)
}

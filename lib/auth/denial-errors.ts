import type { LiveSession } from '../session/parse-session.js'
import type { Settings } from '../options/resolve-options.js'
import type { Refusal, ResolvedPolicy } from './policy.js'
import type { Fault } from '../shared/fault.js'
import { bearerChallenge } from '../shared/www-authenticate.js'
import { SessionError } from '../shared/session-error.js'
import type { DenialExtras } from '../shared/session-error.js'
import { loginUrl, settingsUrl } from '../shared/ory-urls.js'
import { createRequiredAalNotice } from './required-aal-notice.js'

/** Makes the denials that are no verdict of a policy. */
export interface DenialErrors {
  missing(): SessionError
  malformed(): SessionError
  invalid(): SessionError
  crossSite(): SessionError
  unavailable(fault: Fault): SessionError
  /** Ory's own 403, with the link in it. */
  aalTooLow(policy: ResolvedPolicy, url: string | undefined): SessionError
  /** The refusal of a policy. */
  fallsShort(refusal: Refusal, policy: ResolvedPolicy, live: LiveSession): SessionError
  /** For a user without a second factor: a link to the settings, which enrol one. */
  notEnrolled(policy: ResolvedPolicy, live: LiveSession): SessionError
}

export function createDenialErrors(settings: Settings, instance: number): DenialErrors {
  const noteRequiredAal = createRequiredAalNotice(instance)
  const login = { redirectBrowserTo: loginUrl(settings.browserUrl, {}) }
  const challenge = (error?: string): DenialExtras => ({
    challenge: bearerChallenge(settings.realm, error === undefined ? {} : { error }),
  })
  const missing = { ...challenge(), ...login }
  const malformed = challenge('invalid_request')
  const invalid = { ...challenge('invalid_token'), ...login }
  const notEnrolled: DenialExtras = {
    detail: 'A second factor is required, and none is enrolled yet.',
    isSecondFactorMissing: true,
    redirectBrowserTo: settingsUrl(settings.browserUrl, {}),
  }

  return {
    missing: () => new SessionError('session_missing', missing),
    malformed: () => new SessionError('credential_malformed', malformed),
    invalid: () => new SessionError('session_invalid', invalid),
    crossSite: () => new SessionError('cross_site_request'),
    unavailable: (fault) =>
      new SessionError('authentication_unavailable', {
        retryAfter: secondsUntilRetry(fault),
        cause: fault,
      }),
    fallsShort: (refusal, policy, { session }) =>
      new SessionError(refusal, { ...policy.extras()[refusal], session }),
    notEnrolled: ({ extras }, { session }) =>
      new SessionError('session_aal2_required', {
        ...extras().session_aal2_required,
        ...notEnrolled,
        session,
      }),
    aalTooLow(policy, url) {
      if (policy.minimumRank < 2) noteRequiredAal()
      return new SessionError('session_aal2_required', withLink(policy, settings.browserUrl, url))
    },
  }
}

/** Ory's own link is passed on only if it leads to the Ory of `browserUrl`. */
function withLink(
  { oryAalDenial }: ResolvedPolicy,
  browserUrl: URL,
  url: string | undefined,
): DenialExtras {
  const isOwn = url !== undefined && URL.canParse(url) && new URL(url).origin === browserUrl.origin
  return isOwn ? { ...oryAalDenial(), redirectBrowserTo: url } : oryAalDenial()
}

/** What is known, or a few with jitter, so that clients don't all come at once. */
function secondsUntilRetry({ reason, retryAfter }: Fault): number {
  const seconds = retryAfter ?? (reason === 'rate_limited' ? 5 : 1 + Math.random() * 2)
  return Math.min(Math.max(Math.ceil(seconds), 1), 30)
}

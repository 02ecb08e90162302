import { findingOfFault } from './came.js'
import type { Check } from './check.js'
import { linesOf, whoamiRoute } from './questions.js'

/** Whether scripts of the application's pages may ask Ory themselves. */
export const cors: Check = {
  name: 'cors',
  async run(subject) {
    const { appUrl } = subject
    if (appUrl === undefined) {
      return {
        outcome: 'skipped',
        asked: 'nothing, for want of `appUrl`',
        came: 'nothing',
        means: 'CORS is a matter between Ory and the pages of the application.',
        fix: 'Name the application by --app-url.',
      }
    }
    const asked = `whoami as a script on ${appUrl.origin} asks`
    const { reply, fault } = await subject.ask({
      route: whoamiRoute,
      headers: { origin: appUrl.origin },
    })
    if (fault !== undefined) return findingOfFault(asked, fault)
    const [allowed] = linesOf(reply.headers['access-control-allow-origin'])
    const isWithCookies = reply.headers['access-control-allow-credentials'] === 'true'
    if (appUrl.origin === subject.browserUrl.origin) {
      return { outcome: 'ok', asked, came: 'the same origin', means: 'Scripts need no CORS.' }
    }
    if (allowed === appUrl.origin && isWithCookies) {
      return {
        outcome: 'ok',
        asked,
        came: 'allowed, with cookies',
        means: 'Scripts of the pages may call Ory.',
      }
    }
    return {
      // Ory answers with CORS headers, so somebody meant scripts to call it.
      outcome: allowed === undefined ? 'ok' : 'warning',
      asked,
      came: showGrant(allowed, isWithCookies),
      means:
        "Scripts of the pages can't call Ory with the user's cookie. This package does not need it: it asks from the server.",
      fix: `If your pages call Ory, add ${appUrl.origin} to serve.public.cors.allowed_origins of Kratos and set allow_credentials, or add it under "CORS" in the Ory Console.`,
    }
  },
}

function showGrant(allowed: string | undefined, isWithCookies: boolean): string {
  if (allowed === undefined) return 'not allowed'
  return isWithCookies ? 'allowed for another origin' : 'allowed, without cookies'
}

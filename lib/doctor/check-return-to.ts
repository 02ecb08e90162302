import { findingOfFault, showReply } from './came.js'
import type { Check } from './check.js'
import { jsonOf, memberOf, startLogin } from './questions.js'

/** Whether Ory sends a browser back to the application after a login. */
export const returnTo: Check = {
  name: 'return-to',
  async run(subject) {
    const { appUrl } = subject
    if (appUrl === undefined) {
      return {
        outcome: 'skipped',
        asked: 'nothing, for want of `appUrl`',
        came: 'nothing',
        means:
          'Routes with `redirectToLogin` need `appUrl`; without such routes nothing is missing.',
        fix: 'Name the application by --app-url.',
      }
    }
    const target = `${appUrl.href.replace(/\/$/, '')}/some/page`
    const asked = `a login with return_to=${target}`
    const { reply, fault } = await startLogin(subject, { return_to: target })
    if (fault !== undefined) return findingOfFault(asked, fault)
    const came = showReply(reply, subject.url)
    const body = jsonOf(reply.body)
    if (reply.status === 200) {
      return { outcome: 'ok', asked, came, means: 'Ory sends browsers back to the application.' }
    }
    const reason = memberOf(memberOf(body, 'error'), 'reason')
    if (reply.status === 400 && String(reason).includes('return_to')) {
      return {
        outcome: 'wrong',
        asked,
        came: `${came}: the return_to is not allowed`,
        means: 'A browser that is sent to the login ends on an error page of Ory.',
        fix: `Add ${appUrl.href} to selfservice.allowed_return_urls of Kratos, or under "Allowed return URLs" in the Ory Console. Scheme, host, port and the beginning of the path count.`,
      }
    }
    return {
      outcome: reply.status === 429 ? 'skipped' : 'warning',
      asked,
      came,
      means: 'Ory starts no login for browsers here: redirects to the login cannot work.',
      fix: 'Look at selfservice.flows.login of Kratos, and whether a proxy passes /self-service/ on.',
    }
  },
}

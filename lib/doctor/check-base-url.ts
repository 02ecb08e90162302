import { findingOfFault, showReply, showUrl } from './came.js'
import type { Check } from './check.js'
import { jsonOf, memberOf, startLogin } from './questions.js'

/** Whether Ory gives itself the address under which browsers are sent to it. */
export const baseUrl: Check = {
  name: 'base-url',
  async run(subject) {
    const asked = 'where the form of a new login is sent to'
    const { reply, fault } = await startLogin(subject)
    if (fault !== undefined) return findingOfFault(asked, fault)
    const action = memberOf(memberOf(jsonOf(reply.body), 'ui'), 'action')
    if (reply.status !== 200 || typeof action !== 'string' || !URL.canParse(action)) {
      return {
        outcome: 'skipped',
        asked,
        came: showReply(reply, subject.url),
        means: 'Ory starts no login for browsers here, so this cannot be checked.',
      }
    }
    const came = showUrl(action, subject.url)
    const { browserUrl } = subject
    const { origin, pathname } = new URL(action)
    const base = `${origin}${pathname.replace(/self-service\/.*/, '')}`
    if (base === browserUrl.href.replace(/\/?$/, '/')) {
      return {
        outcome: 'ok',
        asked,
        came,
        means: 'Browsers stay on the address that they are sent to.',
      }
    }
    return {
      outcome: 'wrong',
      asked,
      came,
      means:
        origin === browserUrl.origin
          ? `The application sends browsers to ${browserUrl.href}, and Ory sends its form to another path. The login ends on a page that is not found.`
          : `The application sends browsers to ${browserUrl.origin}, and Ory sends its form and cookies from another address. The login fails with a CSRF error, or its cookie is for another host.`,
      fix: `Set serve.public.base_url of Kratos to ${browserUrl.href}, or \`browserUrl\` to ${base.replace(/\/$/, '')}.`,
    }
  },
}

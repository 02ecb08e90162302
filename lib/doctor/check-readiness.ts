import { showReply } from './came.js'
import type { Check } from './check.js'
import { jsonOf, memberOf } from './questions.js'

const expose =
  "Let the proxy in front of Ory pass GET /health/ready to Kratos' public port, or name another route by `readinessPath`. `readinessPath: false` accepts the risk."

/** Whether Ory's readiness can be asked, which tells a 401 in an outage from a logout. */
export const readiness: Check = {
  name: 'readiness',
  async run(subject) {
    const { readinessPath } = subject
    if (readinessPath === false) {
      return {
        outcome: 'warning',
        asked: 'nothing: `readinessPath` is false',
        came: 'nothing',
        means:
          'While the database of Ory is down, Kratos answers 401 to everybody, and users look logged out.',
        fix: 'Remove `readinessPath: false` when the route can be reached.',
      }
    }
    const asked = `GET ${readinessPath}`
    const { reply, fault } = await subject.ask({ route: readinessPath })
    if (fault !== undefined) {
      return {
        outcome: 'wrong',
        asked,
        came: fault.message,
        means: 'Without readiness no 401 is believed: logged-out users get a 503.',
        fix: expose,
      }
    }
    const came = showReply(reply, subject.url)
    if (reply.status === 200 && memberOf(jsonOf(reply.body), 'status') === 'ok') {
      return {
        outcome: 'ok',
        asked,
        came,
        means:
          'A 401 of an Ory whose database is down is not taken for a logout, and is answered by 503.',
      }
    }
    if (reply.status >= 500 || reply.status === 429) {
      return {
        outcome: 'wrong',
        asked,
        came,
        means:
          'Ory says that it is not ready: its database is away or a migration is pending. No 401 is believed, and logged-out users get a 503.',
        fix: 'Look at the logs of Kratos; run `kratos migrate sql` if a migration is pending.',
      }
    }
    if (reply.status === 200) {
      return {
        outcome: 'wrong',
        asked,
        came,
        means:
          'Something else than Ory answers this route, such as the health check of an ingress. It stays 200 while the database of Ory is down, and users would look logged out.',
        fix: expose,
      }
    }
    if (typeof reply.headers['location'] === 'string') {
      return {
        outcome: 'wrong',
        asked,
        came,
        means:
          'Readiness is at another address, and no redirect is followed. Without it, users look logged out while the database of Ory is down.',
        fix: expose,
      }
    }
    return {
      outcome: 'wrong',
      asked,
      came,
      means:
        'The readiness route is hidden. While the database of Ory is down, Kratos answers 401 to everybody, and only the rule of three protects users from looking logged out.',
      fix: expose,
    }
  },
}

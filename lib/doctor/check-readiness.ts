import { showReply } from './came.js'
import type { Reply } from '../ory/response.js'
import type { Check, Finding } from './check.js'
import { askAnonymously, jsonOf, linesOf, memberOf } from './questions.js'
import type { Subject } from './subject.js'

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
    if (readinessPath.endsWith('/health/alive')) return onlyAlive(asked)
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
      if (await isOfAnother(subject, reply)) return { ...ofAnother, asked, came }
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
    if (reply.status === 401) {
      return {
        outcome: 'wrong',
        asked,
        came,
        means:
          'Ory asks for no login on this route. So another guard answers here, such as Oathkeeper or an API gateway, and its 401 is taken for that of Ory.',
        fix: 'Exempt /sessions/whoami, /health/ready and /self-service from that guard, or set `url` to the address of Ory behind it.',
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

/** Kratos' other route of health says nothing of its database. */
function onlyAlive(asked: string): Finding {
  return {
    outcome: 'wrong',
    asked,
    came: 'nothing: it was not asked',
    means:
      'This route says that the process of Kratos runs. It stays 200 while its database is down, and users would look logged out.',
    fix: 'Name /health/ready by `readinessPath`, or leave it out.',
  }
}

const ofAnother = {
  outcome: 'warning',
  means:
    'Another server than that of whoami seems to answer this route, such as an ingress or another service of Ory: Kratos forbids to store each of its answers, and this one may be stored. If so, it stays 200 while the database of Ory is down, and users would look logged out.',
  fix: expose,
} as const

/** Whether Cache-Control, which Kratos sets on whoami and on its readiness, came with whoami alone. */
async function isOfAnother(subject: Subject, reply: Reply): Promise<boolean> {
  const { reply: whoami } = await askAnonymously(subject)
  return whoami !== undefined && isUnstorable(whoami) && !isUnstorable(reply)
}

function isUnstorable({ headers }: Reply): boolean {
  return /no-store/i.test(linesOf(headers['cache-control']).join())
}

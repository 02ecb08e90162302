import { isOryRefusal } from '../ory/error-body.js'
import { causeOfAnswer, setupAdvice } from '../shared/setup-cause.js'
import type { SetupAdvice } from '../shared/setup-cause.js'
import type { Reply } from '../ory/response.js'
import { findingOfFault, showReply, showUrl } from './came.js'
import type { Check, Finding } from './check.js'
import { explainAnswer } from './explain-answer.js'
import { askAnonymously, jsonOf, memberOf, whoamiRoute } from './questions.js'
import type { Subject } from './subject.js'

/** Whether Ory's public API answers at the address. */
export const address: Check = {
  name: 'address',
  async run(subject) {
    const asked = `GET ${subject.url.href.replace(/\/$/, '')}${whoamiRoute}, without a session`
    const { reply, fault } = await askAnonymously(subject)
    if (fault !== undefined) return findingOfFault(asked, fault)
    const came = showReply(reply, subject.url)
    if (reply.status === 401 && isOry(reply)) {
      return { outcome: 'ok', asked, came, means: 'Ory answers here, in its own form.' }
    }
    if ((reply.status < 400 || reply.status === 404) && (await isAdminPort(subject))) {
      return { outcome: 'wrong', asked, came, ...adviceOfAdminPort(reply, subject.url) }
    }
    if (reply.status === 200 && memberOf(jsonOf(reply.body), 'active') === true) {
      return { outcome: 'wrong', asked, came: `${came}, a live session`, ...sessionOfAnother }
    }
    const cause = causeOfAnswer(reply)
    const advice = explainAnswer(reply, subject) ?? (cause && setupAdvice[cause])
    if (advice !== undefined) return { outcome: 'wrong', asked, came, ...advice }
    return { asked, came, ...byStatus(reply.status) }
  },
}

/** An answer that a cache keeps for all is the session of one user in the hands of others. */
const sessionOfAnother: SetupAdvice = {
  means:
    "A session came, and none was sent: a cache in front of Ory hands one user's session to all, or a proxy adds a credential of its own.",
  fix: 'Turn caching off for /sessions/whoami in that proxy, and let it add no Cookie, X-Session-Token or Authorization. Until then this application has to stay away from that address.',
}

function adviceOfAdminPort({ headers: { location } }: Reply, url: URL): SetupAdvice {
  const target = typeof location === 'string' ? showUrl(location, url) : ''
  const where = target.endsWith(whoamiRoute) ? `: ${target.slice(0, -whoamiRoute.length)}` : ''
  return {
    means: 'This is the admin port of Kratos, which does not know sessions of requests.',
    fix: `Set \`url\` to Kratos' public URL (serve.public, port 4433 by default)${where}. No browser and no application needs the admin port for whoami.`,
  }
}

async function isAdminPort(subject: Subject): Promise<boolean> {
  const { reply } = await subject.ask({ route: '/admin/health/alive' })
  return reply?.status === 200 && /"status"\s*:\s*"ok"/.test(reply.body)
}

function isOry(reply: Reply): boolean {
  try {
    return isOryRefusal(reply)
  } catch {
    return false
  }
}

function byStatus(status: number): Pick<Finding, 'outcome' | 'means' | 'fix'> {
  if (status === 429) {
    return {
      outcome: 'wrong',
      means: 'Ory refuses further questions from here for now, and would refuse those of users.',
      fix: 'Wait for the reset that Ory names; raise the plan or `cacheTtlMs` if this is ordinary traffic.',
    }
  }
  if (status === 511) {
    return {
      outcome: 'wrong',
      means: 'The network asks for a login of its own before it lets anything out.',
      fix: 'Log in to that network, or let this machine out without a login.',
    }
  }
  if (status >= 500) {
    return {
      outcome: 'unasked',
      means: 'Ory, or a gateway in front of it, is failing now. Users get a 503.',
      fix: 'Look at the logs of Ory and of the gateway.',
    }
  }
  if (status === 401 || status === 403) {
    return {
      outcome: 'wrong',
      means:
        'Something in front of Ory refuses the question: a login of its own, an API gateway or a firewall.',
      fix: 'Let this machine pass to Ory, or send what the gateway asks for by `upstreamHeaders`.',
    }
  }
  return {
    outcome: 'wrong',
    means: 'Without a session Ory answers 401. This answer is not from the public API of Ory.',
    fix: "Set `url` to the Ory project URL or to Kratos' public URL (port 4433 by default).",
  }
}

import type { SessionAuthentication } from '../../lib/auth/authenticate.js'
import type { OrySession } from '../../lib/ory-session.js'
import { deny, withDispatcher, withMembers, type Create } from '../unit/support/broken.js'
import { jsonReply, refusalReply, type Reply } from '../unit/support/reply.js'

type Authenticate = OrySession['authenticate']

async function textOf({ body }: Reply): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of body as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

/** The true instance, for which something takes note of every decision and may replace it by another. */
const withDecisions = (
  create: (
    now: () => number,
  ) => (decision: SessionAuthentication, who: string) => SessionAuthentication,
): Create =>
  withMembers(({ authenticate }, { clock }) => {
    const decide = create(() => clock!.monotonic())
    const changed = async (...sent: Parameters<Authenticate>): Promise<SessionAuthentication> =>
      decide(await authenticate(...sent), JSON.stringify(sent[0]))
    return { authenticate: changed }
  })

/** Denies everybody for a while after some such decisions of so many different clients, with no session between. */
export const offAfter = (count: number, code: string, forMs: number, isSparing = false): Create =>
  withDecisions((now) => {
    const seen = new Set<string>()
    let offUntil = -Infinity
    return (decision, who) => {
      if (now() < offUntil) return deny('authentication_unavailable')
      if (decision.error === undefined && !isSparing) seen.clear()
      if (decision.error?.code === code && seen.add(who).size >= count) {
        seen.clear()
        offUntil = now() + forMs
      }
      return decision
    }
  })

/** Who was refused is in again, the next time that the same is asked, as if nothing had been. */
export const refusesOnce = withDecisions(() => {
  const latest = new Map<string, SessionAuthentication>()
  const refused = new Set<string>()
  return (decision, who) => {
    if (decision.error === undefined) latest.set(who, { ...decision, servedFrom: 'cache' })
    const grant = latest.get(who)
    if (decision.error?.code !== 'session_invalid' || grant === undefined) return decision
    if (refused.has(who)) return grant
    refused.add(who)
    return decision
  }
})

/** Instead of no answer, the session of before. */
export const graceFor = (servedFrom: 'cache' | 'stale'): Create =>
  withDecisions(() => {
    const latest = new Map<string, SessionAuthentication>()
    return (decision, who) => {
      if (decision.error === undefined) latest.set(who, { ...decision, servedFrom })
      const isOut = decision.error?.code === 'authentication_unavailable'
      return (isOut ? latest.get(who) : undefined) ?? decision
    }
  })

/** What would be the second question is answered as the first was. */
export const asksOnce: Create = (options) => {
  const refused = new Set<string>()
  let isChecked = false
  return withDispatcher(async (ask, { path, headers }) => {
    if (path !== '/sessions/whoami') {
      isChecked = true
      return ask()
    }
    const who = JSON.stringify(headers)
    if (refused.delete(who) && isChecked) return refusalReply(401)
    isChecked = false
    const reply = await ask()
    if (reply.statusCode === 401) refused.add(who)
    return reply
  })(options)
}

/** A readiness that was well counts for so long. */
export const readinessFor =
  (forMs: number): Create =>
  (options) => {
    let wellAt = -Infinity
    return withDispatcher(async (ask, { path }, { clock }) => {
      if (path !== '/health/ready') return ask()
      if (clock!.monotonic() - wellAt < forMs) return jsonReply(200, { status: 'ok' })
      const reply = await ask()
      if (reply.statusCode === 200) wellAt = clock!.monotonic()
      return reply
    })(options)
  }

/** The second 401 is not held against any readiness. */
export const checksOnce: Create = (options) => {
  const refused = new Map<string, number>()
  let isTrusting = false
  return withDispatcher(async (ask, { path, headers }) => {
    if (path === '/health/ready') {
      if (!isTrusting) return ask()
      isTrusting = false
      return jsonReply(200, { status: 'ok' })
    }
    const who = JSON.stringify(headers)
    const reply = await ask()
    const count = reply.statusCode === 401 ? (refused.get(who) ?? 0) + 1 : 0
    refused.set(who, count)
    if (count === 2) isTrusting = true
    return reply
  })(options)
}

/** Who was refused once is refused for ever. */
export const neverForgives = withDecisions(() => {
  const refused = new Set<string>()
  return (decision, who) => {
    if (decision.error?.code === 'session_invalid') refused.add(who)
    return refused.has(who) ? deny('session_invalid') : decision
  }
})

export const longerLives = withDispatcher(async (ask) => {
  const reply = await ask()
  const later = (await textOf(reply)).replace(/"expires_at":"\d{4}/, '"expires_at":"2036')
  return { ...reply, body: [Buffer.from(later)] }
})

/** Whatever Ory says of a session that it described before counts as the same again. */
export const hearsNothingNew: Create = (options) => {
  const first = new Map<string, string>()
  return withDispatcher(async (ask, { path, headers }) => {
    const reply = await ask()
    if (path !== '/sessions/whoami' || reply.statusCode !== 200) return reply
    const who = JSON.stringify({ ...headers, 'cache-control': undefined })
    const said = first.get(who) ?? (await textOf(reply))
    first.set(who, said)
    return { ...reply, body: [Buffer.from(said)] }
  })(options)
}

export const logsOutNobody = withMembers(() => ({
  logout: () => (_request, response) => void response.writeHead(204).end(),
}))

export const anotherSession = withDecisions(() => {
  let before: SessionAuthentication | undefined
  return (decision) => {
    if (decision.error !== undefined) return decision
    const mixed = before ?? decision
    before = decision
    return mixed
  }
})

import type { SignedIn } from '../../../lib/testing/index.js'
import type { Call, Right } from '../fault.js'

const json = { 'Content-Type': 'application/json; charset=utf-8' }

const ready: Right = { status: 200, headers: json, body: JSON.stringify({ status: 'ok' }) }

const unauthorized: Right = {
  status: 401,
  headers: json,
  body: JSON.stringify({
    error: {
      code: 401,
      status: 'Unauthorized',
      reason: 'No valid session credentials found in the request.',
      message: 'The request could not be authorized',
    },
  }),
}

/** Ory behind its front. A client that follows a redirect to another route finds a session there, too. */
export function createOrigin(users: Iterable<SignedIn>): (call: Call) => Right {
  const live = new Map<string, Right>()
  for (const { session, cookie, token } of users) {
    const right = {
      status: 200,
      headers: { ...json, 'X-Kratos-Authenticated-Identity-Id': session.identity.id },
      body: JSON.stringify(session),
    }
    live.set(cookie, right).set(token, right)
  }
  return ({ path, credential }) =>
    path === '/health/ready' ? ready : (live.get(credential) ?? unauthorized)
}

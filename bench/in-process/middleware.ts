import { createOrySession } from 'express-ory-session'
import { cookieHeader } from '../visitor.js'
import { anonymous, madeUpToken, range, refused, signedIn } from './subject.js'
import type { Subject } from './subject.js'

/** The whole of a hit. */
export async function hits(url: string): Promise<Subject[]> {
  const ory = createOrySession({ url, cacheTtlMs: 3_600_000 })
  for (const visitor of range) {
    await ory.authenticate({ headers: { cookie: cookieHeader(visitor) } })
  }
  const policy = {
    aal: 'aal1',
    maxAgeMs: 3_600_000,
    authMethods: ['password'],
    verifiedAddress: true,
  } as const
  return [
    {
      name: 'middleware, hit',
      call: ory.requireSession(),
      requests: signedIn,
      isPassing: true,
    },
    {
      name: 'middleware, hit, every policy',
      call: ory.requireSession(policy),
      requests: signedIn,
      isPassing: true,
    },
  ]
}

/** Denials that memory suffices for, with the answer that they give. */
export async function denials(url: string): Promise<Subject[]> {
  const ory = createOrySession({ url, refusalTtlMs: 3_600_000 })
  for (const visitor of range) {
    await ory.authenticate({ headers: { authorization: madeUpToken(visitor) } })
  }
  const call = ory.requireSession()
  return [
    { name: 'denial, no credential', call, requests: anonymous, isPassing: false },
    { name: 'denial, refused before', call, requests: refused, isPassing: false },
  ]
}

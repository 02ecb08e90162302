import type { IncomingMessage } from 'node:http'
import { createSessionCache } from '../../dist/esm/cache/session-cache.js'
import { createCounters } from '../../dist/esm/resilience/counters.js'
import { readCredential } from '../../dist/esm/credential/read-credential.js'
import type { Credential } from '../../dist/esm/credential/credential.js'
import { createCacheKey } from '../../dist/esm/credential/cache-key.js'
import { resolveOptions } from '../../dist/esm/options/resolve-options.js'
import { createWhoami, whoamiRequest } from '../../dist/esm/ory/whoami.js'
import { createOryClient } from '../../dist/esm/ory/ory-client.js'
import { cookieHeader } from '../visitor.js'
import { range, signedIn } from './subject.js'
import type { Subject } from './subject.js'

/** The way of a hit as far as the credential, the key, and the lookup, each with what is before it. */
export async function stages(url: string): Promise<Subject[]> {
  const settings = resolveOptions({ url, cacheTtlMs: 3_600_000 })
  const keyOf = createCacheKey()
  const client = createOryClient(settings)
  const whoami = createWhoami((asked) => client.send(whoamiRequest(asked), asked.signal), settings)
  const cache = createSessionCache(settings, whoami, createCounters())
  const read = (headers: IncomingMessage['headers']): Credential => {
    const credential = readCredential({ headers }, settings)
    if (typeof credential !== 'object') throw new Error('There is a credential')
    return credential
  }
  for (const visitor of range) {
    const credential = read({ cookie: cookieHeader(visitor) })
    await cache.ask(credential, keyOf(credential), 'any')
  }
  const stage = (name: string, isDone: (credential: Credential) => boolean): Subject => ({
    name,
    call: ({ headers }, _response, next) => {
      if (isDone(read(headers))) next()
    },
    requests: signedIn,
    isPassing: true,
  })
  return [
    stage('credential', () => true),
    stage('credential, key', (credential) => keyOf(credential) !== ''),
    stage(
      'credential, key, lookup',
      (credential) =>
        cache.findFresh(keyOf(credential), Date.now(), performance.now()) !== undefined,
    ),
  ]
}

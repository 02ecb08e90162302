import { findingOfFault } from './came.js'
import type { Check } from './check.js'
import { askAnonymously, askWithSession, linesOf } from './questions.js'

/** Whether a cache stands before Ory, which adds to how long a revoked session lives. */
export const edgeCache: Check = {
  name: 'edge-cache',
  async run(subject) {
    const asked = 'Ory-Session-Cache-For, Cache-Control and Age of whoami'
    const ask = subject.credential === undefined ? askAnonymously : askWithSession
    const { reply, fault } = await ask(subject)
    if (fault !== undefined) return findingOfFault(asked, fault)
    const [control] = linesOf(reply.headers['cache-control'])
    const isStorable = control === undefined || !/no-store|private/i.test(control)
    if (isStorable || reply.headers['age'] !== undefined) {
      return {
        outcome: 'warning',
        asked,
        came: isStorable
          ? 'no Cache-Control: private, no-store'
          : 'an Age: the answer is from a cache',
        means:
          'A proxy in front of Ory caches its answers, or lets others do so. One user could get the session of another.',
        fix: 'Turn caching off for /sessions/whoami in that proxy, and let it pass Cache-Control on.',
      }
    }
    const seconds = /^\d{1,9}$/.exec(String(reply.headers['ory-session-cache-for']))?.[0]
    const ttl = `${String(subject.cacheTtlMs / 1000)} s`
    if (seconds === undefined) {
      return {
        outcome: 'ok',
        asked,
        came: 'no Ory-Session-Cache-For',
        means: `Ory caches no sessions at its edge: one that is revoked elsewhere lives here for ${ttl} at most.`,
      }
    }
    return {
      outcome: 'ok',
      asked,
      came: `Ory-Session-Cache-For: ${seconds}`,
      means: `Ory allows answers to be cached. At Ory's edge one may be 150 s old by default, so that a revoked session lives for that and ${ttl}; a route with \`fresh\` asks past both.`,
    }
  },
}

import { findingOfFault } from './came.js'
import type { Check } from './check.js'
import { askAnonymously } from './questions.js'

/** What Ory says of the questions that are left. */
export const rateLimit: Check = {
  name: 'rate-limit',
  async run(subject) {
    const asked = 'the headers x-ratelimit-* of whoami'
    const { reply, fault } = await askAnonymously(subject, true)
    if (fault !== undefined) return findingOfFault(asked, fault)
    const [limit, remaining, reset] = ['limit', 'remaining', 'reset'].map((name) =>
      readNumber(reply.headers[`x-ratelimit-${name}`]),
    )
    if (reply.status === 429) {
      return {
        outcome: 'wrong',
        asked,
        came: `429, reset in ${String(reset ?? '?')} s`,
        means: 'Ory refuses further questions for now: users get a 503.',
        fix: 'Raise `cacheTtlMs`, share answers between processes by `store`, or raise the plan.',
      }
    }
    if (limit === undefined || remaining === undefined) {
      return {
        outcome: 'ok',
        asked,
        came: 'none',
        means: 'Ory names no limit here, as a Kratos of your own does not.',
      }
    }
    const came = `${String(remaining)} of ${String(limit)} left, reset in ${String(reset ?? '?')} s`
    if (remaining < limit / 5) {
      return {
        outcome: 'warning',
        asked,
        came,
        means: 'Little is left, and the login pages of Ory share this limit.',
        fix: 'Raise `cacheTtlMs`, share answers between processes by `store`, or raise the plan.',
      }
    }
    return {
      outcome: 'ok',
      asked,
      came,
      means: `A session in use costs one question per ${String(subject.cacheTtlMs / 1000)} s and process, or per fleet with \`store\`.`,
    }
  },
}

function readNumber(header: string | string[] | undefined): number | undefined {
  // Some gateways write several limits into one header; the first is the nearest.
  const digits = /^\d{1,9}/.exec(String(header))?.[0]
  return digits === undefined ? undefined : Number(digits)
}

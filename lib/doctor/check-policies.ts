import { showReply } from './came.js'
import type { Check } from './check.js'
import { askWithSession } from './questions.js'
import { noSession } from './check-session.js'

/** The policies that are tried, as they are written. */
const tried = [
  ['requireSession()', {}],
  ["requireSession({ aal: 'aal1' })", { aal: 'aal1' }],
  ["requireSession({ aal: 'aal2' })", { aal: 'aal2' }],
  ['requireSession({ maxAgeMs: 15 * 60_000 })', { maxAgeMs: 15 * 60_000 }],
  ['requireSession({ verifiedAddress: true })', { verifiedAddress: true }],
] as const

/** What routes with each key of a policy would answer to the session that was given. */
export const policies: Check = {
  name: 'policies',
  async run(subject) {
    if (subject.credential === undefined) return noSession
    const asked = 'what routes would answer to this session now'
    const { reply } = await askWithSession(subject)
    if (reply?.status !== 200) {
      return {
        outcome: 'skipped',
        asked,
        came: reply === undefined ? 'no answer' : showReply(reply, subject.url),
        means: 'Without a live session each route denies, see session and required-aal.',
      }
    }
    const verdicts = tried.map(([text, policy]) => {
      const code = subject.judge(policy, reply.body)
      return `${text}: ${code ?? 'passes'}`
    })
    return {
      outcome: verdicts.some((verdict) => verdict.endsWith('invalid')) ? 'wrong' : 'ok',
      asked,
      came: verdicts.join('; '),
      means:
        'Each policy is judged on every request; a session of another user may fare otherwise.',
    }
  },
}

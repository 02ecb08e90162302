import { describe, expect, it } from '@jest/globals'
import type { Ended } from '../../../lib/ory/ory-logout.js'
import type { Health } from '../../../lib/ory/readiness.js'
import { callerOf } from '../../../lib/resilience/caller.js'
import { withLogoutGuard } from '../../../lib/resilience/logout-guard.js'
import { question } from '../ory/question.js'
import { createFakeClock } from '../support/fake-clock.js'

const token = { source: 'x-session-token', value: 'ory_st_a' } as const
const cookie = { source: 'cookie', value: 'ory_kratos_session=a' } as const
const refused: Ended = { kind: 'refused', logoutToken: undefined }
const hasEnded: Ended = { kind: 'ended', logoutToken: 'ory_lo_a' }

/** A guard before an Ory that says one thing, and is `health` or can't be asked. */
function open(ended: Ended, health: Health | 'not asked' = 'ready') {
  const clock = createFakeClock()
  const asked: { since: number; maxAgeMs: number }[] = []
  const readiness = {
    async ask(since: number, maxAgeMs: number) {
      asked.push({ since, maxAgeMs })
      return health as Health
    },
  }
  const ask = async (): Promise<Ended> => {
    clock.advance(40)
    return ended
  }
  const end = withLogoutGuard(ask, health === 'not asked' ? undefined : readiness, clock)
  return { asked, clock, end: (members = {}) => end(question(members)) }
}

describe('withLogoutGuard', () => {
  it.each<Health | 'not asked'>(['ready', 'unknown', 'not asked'])(
    'believes the refusal of a cookie if readiness is: %s',
    async (health) => {
      expect(await open(refused, health).end({ credential: cookie })).toBe(refused)
    },
  )

  it('does not believe the refusal of a cookie from an Ory that is not ready', async () => {
    const ending = open(refused, 'unready').end({ credential: cookie })
    await expect(ending).rejects.toMatchObject({ reason: 'not_ready' })
  })

  it.each<[string, Ended, object]>([
    ['the refusal of a token', refused, { credential: token }],
    ['the end of a session', hasEnded, { credential: cookie }],
  ])('asks no readiness about %s', async (_title, ended, members) => {
    const { end, asked } = open(ended, 'unready')
    expect(await end(members)).toBe(ended)
    expect(asked).toEqual([])
  })

  it('takes readiness of a second ago for an unknown caller, and none for a known one', async () => {
    const { end, asked, clock } = open(refused)
    const began = clock.monotonic()
    await end({ credential: cookie, caller: callerOf('i') })
    await end({ credential: cookie })
    expect(asked).toEqual([
      { since: began + 40, maxAgeMs: 0 },
      { since: began + 80, maxAgeMs: 1_000 },
    ])
  })
})

import { describe, expect, it } from '@jest/globals'
import type { Answer } from '../../../lib/ory/whoami-answer.js'
import { unknownCaller } from '../../../lib/resilience/caller.js'
import type { WhoamiCall } from '../../../lib/resilience/ory-call.js'
import { createKeyIndex } from '../../../lib/store/key-index.js'
import { createKeyring } from '../../../lib/store/keyring.js'
import { createStoreCounters } from '../../../lib/store/store-counters.js'
import { withStore } from '../../../lib/store/with-store.js'
import type { WithStoreParts } from '../../../lib/store/with-store.js'
import { createFakeClock } from '../support/fake-clock.js'

const keyring = createKeyring(
  ['a secret of the store, of 32 bytes and more'],
  'http://ory.example/',
)
const credential = { source: 'bearer', value: 'ory_st_1' } as const
const [{ name }] = keyring.recordKeys(credential)
const refused: Answer = { kind: 'refused', ambiguousSince: undefined }
const live = (setCookie: readonly string[] = []) =>
  ({ kind: 'live', live: { session: { id: 's' } }, setCookie }) as unknown as Answer

/** A question to a process whose store has nothing, and what it did. */
function setUp(answer: Answer, { loggedOut = '' } = {}) {
  const did: string[] = []
  const index = createKeyIndex(10, () => true)
  const parts: WithStoreParts = {
    keyring,
    revocations: {
      touch: () => undefined,
      position: () => '1',
      isLoggedOut: (records, session) => [...records, session].includes(loggedOut),
    },
    readRecord: () => Promise.resolve(undefined),
    writer: {
      write: () => void did.push('write'),
      remove: () => void did.push('remove'),
    },
    whenReady: () => Promise.resolve(),
    index,
    counters: createStoreCounters(),
    clock: createFakeClock(),
    revoke: () => void did.push('revoke'),
  }
  const found: unknown[] = []
  const ask = withStore(() => {
    did.push('ask')
    found.push(index.find(name))
    return Promise.resolve(answer)
  }, parts)
  const usual = { credential, key: 'k', isForced: false, isRefresh: false, caller: unknownCaller }
  return {
    did,
    found,
    index,
    ask: async (some: Partial<WhoamiCall> = {}) =>
      ask({ ...usual, ...some } as unknown as WhoamiCall),
  }
}

const caller = { kind: 'known', identityId: 'i' } as const

describe('a question to a store that has no answer', () => {
  it('has the answer of Ory written', async () => {
    const { ask, did } = setUp(live())
    await ask()
    expect(did).toEqual(['ask', 'write'])
  })

  it('has no renewed cookie hidden by a record when it was a refresh, which no client waits for', async () => {
    const { ask, did } = setUp(live(['ory_kratos_session=renewed']))
    await ask({ isRefresh: true })
    expect(did).toEqual(['ask', 'remove'])
    did.length = 0
    await ask()
    expect(did).toEqual(['ask', 'write'])
  })

  it('writes nothing about an unknown credential that Ory refuses', async () => {
    const { ask, did } = setUp(refused)
    await ask()
    expect(did).toEqual(['ask'])
  })

  it('removes the record if Ory refuses a known one, or one that was asked about by force', async () => {
    const { ask, did } = setUp(refused)
    await ask({ caller })
    expect(did).toEqual(['ask', 'remove', 'revoke'])
    did.length = 0
    await ask({ isForced: true })
    expect(did).toEqual(['ask', 'remove'])
  })

  it('is refused without Ory if the credential was logged out in another process', async () => {
    const { ask, did } = setUp(live(), { loggedOut: name })
    expect(await ask()).toEqual(refused)
    expect(did).toEqual([])
  })

  it('is refused if the session was logged out by another credential, though Ory calls it live', async () => {
    const { ask, did } = setUp(live(), { loggedOut: 's' })
    expect(await ask()).toEqual(refused)
    expect(did).toEqual(['ask'])
  })

  it('lets a revocation of its record find it while Ory is asked', async () => {
    const { ask, found, index } = setUp(refused)
    await ask()
    expect(found).toEqual(['k'])
    expect(index.find(name)).toBeUndefined()
  })
})

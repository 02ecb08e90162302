import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, expect, it } from '@jest/globals'
import { createOrySession } from '../../../lib/index.js'
import type { OrySession } from '../../../lib/index.js'
import { buildSession } from '../../../lib/testing/index.js'
import { freezeSession } from '../../../lib/session/freeze-session.js'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

const count = 10_000
/** Most that a watch may take beside its request, in bytes. */
const most = 400
const template = JSON.stringify(buildSession())
let ory: OrySession
afterEach(() => ory.close())

/** A request with a session of its own, as a middleware leaves it, or with a credential alone. */
function createRequest(index: number, isKnown: boolean): { headers: object } {
  const request = { headers: { cookie: `ory_kratos_session=${index}${'x'.repeat(60)}` } }
  if (!isKnown) return request
  const session = JSON.parse(template) as ReturnType<typeof buildSession>
  freezeSession(session)
  return Object.assign(request, { session })
}

/** Bytes of heap. Without an await, no timer and no answer comes between two readings. */
function usedHeap(): number {
  for (let round = 0; round < 3; round += 1) collectGarbage()
  return process.memoryUsage().heapUsed
}

it.each([
  ['whose session is known', true, undefined],
  ['whose session is not known yet', false, undefined],
  ['with a predicate', false, { allow: () => true }],
] as const)('a watch %s takes at most 400 bytes', (_name, isKnown, policy) => {
  ory = createOrySession({ url: 'http://127.0.0.1:1' })
  const onEnd = (): void => undefined
  const requests = Array.from({ length: count }, (_, index) => createRequest(index, isKnown))
  const watchAll = (stops: (() => void)[]): void => {
    for (const [index, request] of requests.entries()) {
      stops[index] = ory.watch(request, { onEnd, policy, everyMs: 3_600_000 })
    }
  }
  const stops = Array.from({ length: count }, () => onEnd)
  // Compiled code and the room of tables come with the first round.
  watchAll(stops)
  for (const stop of stops.splice(0, count, ...Array.from({ length: count }, () => onEnd))) stop()

  const before = usedHeap()
  watchAll(stops)
  const bytes = (usedHeap() - before) / count
  for (const stop of stops) stop()

  // Less than a pointer to the watch and to its request would be no measurement.
  expect(bytes).toBeGreaterThan(16)
  expect(bytes).toBeLessThanOrEqual(most)
})

it('watches remember no more, the more is invalidated while their sessions are not known', async () => {
  ory = createOrySession({ url: 'http://127.0.0.1:1' })
  const onEnd = (): void => undefined
  const stops = Array.from({ length: 1_000 }, (_, index) =>
    ory.watch(createRequest(index, false), { onEnd, everyMs: 3_600_000 }),
  )
  const invalidateAll = async (times: number): Promise<void> => {
    for (let index = 0; index < times; index += 1) await ory.invalidate({ session: `${index}` })
  }
  await invalidateAll(1_000)
  const before = usedHeap()
  await invalidateAll(2_000)
  const bytes = usedHeap() - before
  for (const stop of stops) stop()
  // A pointer for each watch and each invalidation takes 16 MB.
  expect(bytes).toBeLessThan(4_000_000)
})

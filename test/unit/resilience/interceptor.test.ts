import { describe, expect, it } from '@jest/globals'
import { Fault } from '../../../lib/shared/fault.js'
import { intercept } from '../../../lib/resilience/interceptor.js'
import type { Interceptor } from '../../../lib/resilience/interceptor.js'
import { liveAnswer, question, standOf } from '../ory/question.js'

/** Three interceptors and something to ask, all of which note what they hear. */
function open() {
  const told: string[] = []
  const refusals = new Map<string, Fault>()
  const keep = (name: string): Interceptor => ({
    before({ key }) {
      told.push(`${name}: may ${key}?`)
      return refusals.get(name)
    },
    onAnswer: ({ key }, kind) => told.push(`${name}: ${key} ${kind}`),
    onFault: ({ key }, error) => told.push(`${name}: ${key} ${String(error)}`),
  })
  const { onAnswer: _none, ...silent } = keep('third')
  let says = () => Promise.resolve(liveAnswer())
  const ask = intercept(
    keep('first'),
    keep('second'),
    silent,
  )(() => {
    told.push('asked')
    return says()
  })
  return {
    ask: () => ask(question({ key: 'k' })),
    told,
    refuse: (name: string) => refusals.set(name, new Fault('rate_limited')),
    fail: (error: Error) => (says = () => Promise.reject(error)),
  }
}

const passing = ['first: may k?', 'second: may k?', 'third: may k?', 'asked']

describe('intercept', () => {
  it('asks the interceptors in turn, and tells them of the answer, the last first', async () => {
    const { ask, told } = open()
    expect(await ask()).toMatchObject({ kind: 'live' })
    expect(told).toEqual([...passing, 'second: k live', 'first: k live'])
  })

  it.each([new Fault('timeout'), new Error('a bug')])('tells them of %s', async (error) => {
    const { ask, told, fail } = open()
    fail(error)
    await expect(ask()).rejects.toBe(error)
    const what = ['third', 'second', 'first'].map((name) => `${name}: k ${String(error)}`)
    expect(told).toEqual([...passing, ...what])
  })

  it.each([
    ['first', ['first: may k?']],
    ['second', ['first: may k?', 'second: may k?']],
  ])('lets no call pass that the %s stops, and tells no other', async (name, heard) => {
    const { ask, told, refuse } = open()
    refuse(name)
    expect(await standOf([ask()])).toEqual(['rate_limited'])
    expect(told).toEqual(heard)
  })
})

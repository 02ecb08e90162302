import { describe, expect, it } from '@jest/globals'
import { Fault } from '../../../lib/shared/fault.js'
import { intercept } from '../../../lib/resilience/interceptor.js'
import type { Interceptor } from '../../../lib/resilience/interceptor.js'
import { liveAnswer, question, standOf } from '../ory/question.js'

/** Three interceptors and something to ask, all of which note what they hear. */
function open() {
  const noted: string[] = []
  const refusals = new Map<string, Fault>()
  const keep = (name: string): Interceptor => ({
    before({ key }) {
      noted.push(`${name}: may ${key}?`)
      return refusals.get(name)
    },
    onAnswer: ({ key }, kind) => noted.push(`${name}: ${key} ${kind}`),
    onFault: ({ key }, error) => noted.push(`${name}: ${key} ${String(error)}`),
  })
  const { onAnswer: _none, ...silent } = keep('third')
  let says = () => Promise.resolve(liveAnswer())
  const ask = intercept(
    keep('first'),
    keep('second'),
    silent,
  )(() => {
    noted.push('asked')
    return says()
  })
  return {
    ask: () => ask(question({ key: 'k' })),
    noted,
    refuse: (name: string) => refusals.set(name, new Fault('rate_limited')),
    fail: (error: Error) => (says = () => Promise.reject(error)),
  }
}

const passing = ['first: may k?', 'second: may k?', 'third: may k?', 'asked']

describe('intercept', () => {
  it('asks the interceptors in turn, and tells them of the answer, the last first', async () => {
    const { ask, noted } = open()
    expect(await ask()).toMatchObject({ kind: 'live' })
    expect(noted).toEqual([...passing, 'second: k live', 'first: k live'])
  })

  it.each([new Fault('timeout'), new Error('a bug')])('tells them of %s', async (error) => {
    const { ask, noted, fail } = open()
    fail(error)
    await expect(ask()).rejects.toBe(error)
    const what = ['third', 'second', 'first'].map((name) => `${name}: k ${String(error)}`)
    expect(noted).toEqual([...passing, ...what])
  })

  it.each([
    ['first', ['first: may k?']],
    ['second', ['first: may k?', 'second: may k?']],
  ])('lets no call pass that the %s stops, and tells no other', async (name, heard) => {
    const { ask, noted, refuse } = open()
    refuse(name)
    expect(await standOf([ask()])).toEqual(['rate_limited'])
    expect(noted).toEqual(heard)
  })
})

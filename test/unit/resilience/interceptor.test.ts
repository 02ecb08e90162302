import { describe, expect, it } from '@jest/globals'
import { Fault } from '../../../lib/shared/fault.js'
import { createGate } from '../../../lib/resilience/interceptor.js'
import type { Keeper } from '../../../lib/resilience/interceptor.js'
import { liveAnswer, question, standOf } from '../ory/question.js'

/** A gate with two keepers and somebody to ask, who all say what they are told. */
function open() {
  const told: string[] = []
  const refusals = new Map<string, Fault>()
  const keep = (name: string): Keeper => ({
    admit({ key }) {
      told.push(`${name}: may ${key}?`)
      return refusals.get(name)
    },
    noteAnswer: ({ key }, kind) => told.push(`${name}: ${key} ${kind}`),
    noteFault: ({ key }, error) => told.push(`${name}: ${key} ${String(error)}`),
  })
  const { noteAnswer: _none, ...silent } = keep('third')
  let says = () => Promise.resolve(liveAnswer())
  const ask = createGate([keep('first'), keep('second'), silent])(() => {
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

describe('createGate', () => {
  it('asks its keepers one after the other, and tells them of the answer, the last first', async () => {
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
  ])('lets nothing pass that the %s does not admit, and tells no other', async (name, heard) => {
    const { ask, told, refuse } = open()
    refuse(name)
    expect(await standOf([ask()])).toEqual(['rate_limited'])
    expect(told).toEqual(heard)
  })
})

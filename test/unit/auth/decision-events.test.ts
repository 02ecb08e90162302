import { afterEach, describe, expect, it, jest } from '@jest/globals'
import type { Decide } from '../../../lib/auth/decide.js'
import type { Decision } from '../../../lib/auth/decision.js'
import { withDecisionEvents } from '../../../lib/auth/decision-events.js'
import { resolvePolicy } from '../../../lib/auth/resolve-policy.js'
import { resolveOptions } from '../../../lib/options/resolve-options.js'
import { observe } from '../../../lib/shared/observe.js'

const policy = resolvePolicy(undefined, resolveOptions({ url: 'http://ory.example' }))
const request = { headers: {} }
const stops: (() => void)[] = []
afterEach(() => {
  for (const stop of stops.splice(0)) stop()
  jest.restoreAllMocks()
})

/** A value of which nothing can be read. */
function sealed(): object {
  const refuse = (): never => {
    throw new Error('It was read')
  }
  return new Proxy(
    {},
    {
      get: refuse,
      has: refuse,
      ownKeys: refuse,
      getOwnPropertyDescriptor: refuse,
    },
  )
}

describe('a decision that nobody listens to', () => {
  it.each([
    ['made at once', sealed() as Decision],
    ['promised', sealed() as PromiseLike<Decision>],
  ])('is handed on unread when it is %s, and no trace of it is built', (_title, decision) => {
    const given: unknown[][] = []
    const decide: Decide = (...parameters) => {
      given.push(parameters)
      return decision
    }
    const now = jest.spyOn(performance, 'now')

    const made = withDecisionEvents(decide, 7)(request, policy, request)

    expect(Object.is(made, decision)).toBe(true)
    expect(given[0]?.[5]).toBeUndefined()
    expect(now).not.toHaveBeenCalled()
  })

  it('is handed on unread when somebody listens to another channel', () => {
    stops.push(observe('upstream', () => undefined))
    const decision = sealed() as Decision

    expect(
      Object.is(withDecisionEvents(() => decision, 7)(request, policy, request), decision),
    ).toBe(true)
  })
})

it('a listener gets what was noted on the way, and the decision is the same', () => {
  const decision: Decision = {
    session: undefined,
    source: undefined,
    servedFrom: undefined,
    setCookie: [],
    error: undefined,
  } as never
  const events: unknown[] = []
  stops.push(observe('decision', (event) => void events.push(event)))
  const decide: Decide = (_request, _policy, _subject, _chain, _freshness, trace) => {
    trace!.servedFrom = 'cache'
    return decision
  }

  expect(withDecisionEvents(decide, 7)(request, policy, request)).toBe(decision)
  expect(events).toMatchObject([{ instance: 7, code: undefined, servedFrom: 'cache' }])
})

import { afterEach, describe, expect, it } from '@jest/globals'
import { requestOf } from '../cache/model/world.js'
import { createStage, type Stage } from '../cache/stage.js'

let stage: Stage
afterEach(() => stage.end())

const open = (): Stage => (stage = createStage())
const name = 'ory_kratos_session'

describe('what is decided without a call', () => {
  it.each([
    ['cookies that are too long together', { cookie: `${name}=${'a'.repeat(8_192)}` }],
    ['a cookie whose value can be none', { cookie: `${name}=a"b` }],
    ['a token of somebody else’s kind', { 'x-session-token': 'abc' }],
    ['a token that is too long', { 'x-session-token': `ory_st_${'a'.repeat(4_096)}` }],
  ])('refuses %s', async (_what, headers) => {
    const { ory, calls } = open()
    const { error } = await ory.authenticate({ headers })
    expect(error?.code).toBe('session_invalid')
    expect(calls).toEqual([])
  })

  it('knows a session again by its cookie, whatever can be none stands beside it', async () => {
    const { ory, exchange, calls } = open()
    expect(await exchange('cookie')).toBe('upstream 0')
    const beside = await ory.authenticate({ headers: { cookie: `${name}=a"b; ${name}=cookie` } })
    expect(beside.servedFrom).toBe('cache')
    expect([calls.length, ory.stats().entries]).toEqual([1, 1])
  })

  it('says of an instance that is closed that it is', async () => {
    const { ory } = open()
    await ory.close()
    const { error } = await ory.authenticate(requestOf('cookie'))
    expect(error?.code).toBe('authentication_unavailable')
    expect(error?.cause).toMatchObject({ reason: 'closed' })
  })
})

import { describe, expect, it } from '@jest/globals'
import request from 'supertest'
import { texts } from '../../lib/shared/error-catalog.js'
import type { FakeOry } from '../../lib/testing/index.js'
import { expectDenial } from '../support/denial.js'
import { frameworks } from '../support/frameworks.js'
import { rows } from '../support/outcomes.js'
import { createWorld } from '../support/world.js'

const gets = rows.filter(({ method }) => method === undefined)

const world = createWorld()

it('The table of outcomes has a row for each denial code', () => {
  const fake = { url: 'http://ory.example' } as FakeOry
  const shown = rows.map(({ expected }) =>
    typeof expected === 'function' ? expected(fake).code : expected.code,
  )
  expect([...new Set(shown)].sort()).toEqual(Object.keys(texts).sort())
})

describe.each(frameworks)('under $name', (framework) => {
  it.each(rows)('answers $situation as promised', async (row) => {
    const { policy, options = {}, fakeOptions = {}, method = 'get', expected } = row
    const { fake, site } = await world.start({
      framework,
      options,
      fakeOptions,
      ...(policy && { policy }),
    })

    const reply = await request(site.origin)[method]('/').set(row.send(fake))

    expectDenial(reply, typeof expected === 'function' ? expected(fake) : expected)
    expect(fake.calls.whoami).toBe(row.calls)
    expect(site.handled).toBe(0)
    expect(site.visits.map(({ nexts }) => nexts)).toEqual([[]])
  })

  it.each(gets)('answers HEAD for $situation with the same head and no body', async (row) => {
    const { policy, options = {}, fakeOptions = {} } = row
    const { fake, site } = await world.start({
      framework,
      options,
      fakeOptions,
      ...(policy && { policy }),
    })
    const headers = row.send(fake)

    const [got, head] = [
      await request(site.origin).get('/').set(headers),
      await request(site.origin).head('/').set(headers),
    ]

    const { date: _date, 'retry-after': _retryAfter, ...shared } = got.headers
    expect(head.status).toBe(got.status)
    expect(head.headers).toMatchObject(shared)
    expect(head.text).toBeFalsy()
  })
})

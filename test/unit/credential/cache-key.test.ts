import { describe, expect, it } from '@jest/globals'
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { createCacheKey } from '../../../lib/credential/cache-key.js'
import type { Credential, CredentialSource } from '../../../lib/credential/credential.js'
import { expectHolds, expectRefuted } from '../support/runs.js'

type KeyOf = (credential: Credential) => string

const token: Credential = { source: 'x-session-token', value: 'ory_st_abc' }
const cookie: Credential = { source: 'cookie', value: 'ory_kratos_session=abc' }

describe('createCacheKey', () => {
  it('gives one credential one key, and has the token alike in both headers', () => {
    const keyOf = createCacheKey()
    expect(keyOf({ ...token })).toBe(keyOf(token))
    expect(keyOf({ ...token, source: 'bearer' })).toBe(keyOf(token))
  })

  it('has another salt in each instance, and the given one where one is given', () => {
    expect(createCacheKey()(cookie)).not.toBe(createCacheKey()(cookie))
    expect(createCacheKey('salt')(cookie)).toBe(createCacheKey('salt')(cookie))
  })

  it.each<[Credential, string]>([
    [token, '5:token15:x-session-token10:ory_st_abc'],
    [cookie, '6:cookie6:cookie22:ory_kratos_session=abc'],
  ])('is SHA-256 over the salt and length-prefixed kind, name and value of %j', (one, text) => {
    const expected = createHash('sha256').update(`salt${text}`).digest('binary')
    expect(createCacheKey('salt')(one)).toBe(expected)
  })

  it('gives 256 bits, and nothing of what they were made from', () => {
    const key = createCacheKey()(cookie)
    expect(Buffer.from(key, 'binary')).toHaveLength(32)
    expect(key).not.toContain('abc')
  })

  // Pieces of each other, so that joining without lengths would make two alike.
  const value = fc.array(fc.constantFrom('a', 'b', ':', '1', '2', '; ', '=', 'token', 'cookie'), {
    maxLength: 6,
  })
  const credential = fc.record<Credential>({
    source: fc.constantFrom<CredentialSource>('x-session-token', 'bearer', 'cookie'),
    value: value.map((pieces) => pieces.join('')),
  })
  const isSame = (one: Credential, other: Credential): boolean =>
    one.value === other.value && (one.source === 'cookie') === (other.source === 'cookie')

  const tellsApart = (keyOf: KeyOf) =>
    fc.property(credential, credential, (one, other) => {
      expect(keyOf(one) === keyOf(other)).toBe(isSame(one, other))
    })

  it('gives two credentials the same key only where the same goes to Ory', async () => {
    await expectHolds(tellsApart(createCacheKey()), 500)
  })

  it.each<[string, KeyOf]>([
    ['the value alone', ({ value }) => createCacheKey('')({ source: 'cookie', value })],
    ['the header too', ({ source, value }) => `${source} ${value}`],
    [
      'the first characters',
      ({ source, value }) => `${String(source === 'cookie')}${value.slice(0, 3)}`,
    ],
  ])('can be distinguished from a key of %s', async (_title, keyOf) => {
    await expectRefuted(tellsApart(keyOf))
  })
})

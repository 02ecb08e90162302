import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { bearerChallenge } from '../../../lib/shared/www-authenticate.js'
import { expectHolds, expectRefuted } from '../support/runs.js'

type Write = (realm: string, parameters: { error: string }) => string

describe('bearerChallenge', () => {
  it('needs no parameters', () => {
    expect(bearerChallenge('ory')).toBe('Bearer realm="ory"')
  })

  it.each<[string, Record<string, string>, string]>([
    ['ory', {}, 'Bearer realm="ory"'],
    ['my app', { error: 'invalid_token' }, 'Bearer realm="my app", error="invalid_token"'],
    ['a "b"', {}, String.raw`Bearer realm="a \"b\""`],
    ['a\\', {}, String.raw`Bearer realm="a\\"`],
    ['\\"', {}, String.raw`Bearer realm="\\\""`],
    ['a", error="x', {}, String.raw`Bearer realm="a\", error=\"x"`],
    ['ory', { a: '1', b: '"' }, String.raw`Bearer realm="ory", a="1", b="\""`],
  ])('writes the realm %j with %j', (realm, parameters, expected) => {
    expect(bearerChallenge(realm, parameters)).toBe(expected)
  })

  /** Reads quoted strings letter by letter, as RFC 9110 §5.6.4 has them. */
  function readValues(challenge: string): string[] {
    const values: string[] = []
    let value: string | undefined
    for (let at = 0; at < challenge.length; at += 1) {
      const letter = challenge[at] ?? ''
      if (value === undefined) {
        if (letter === '"') value = ''
      } else if (letter === '\\') {
        at += 1
        value += challenge[at] ?? ''
      } else if (letter === '"') {
        values.push(value)
        value = undefined
      } else value += letter
    }
    return values
  }

  const text = fc.string({ unit: fc.constantFrom('a', '"', '\\', ',', '=', ' '), maxLength: 8 })
  const canBeRead = (write: Write) =>
    fc.property(text, text, (realm, error) => {
      expect(readValues(write(realm, { error }))).toEqual([realm, error])
    })

  it('writes what a reader of quoted strings reads', async () => {
    await expectHolds(canBeRead(bearerChallenge), 500)
  })

  it.each<[string, Write]>([
    ['quotes nothing', (realm, { error }) => `Bearer realm="${realm}", error="${error}"`],
    [
      'quotes quotes alone',
      (realm, { error }) =>
        `Bearer realm="${realm.replaceAll('"', '\\"')}", error="${error.replaceAll('"', '\\"')}"`,
    ],
    [
      'quotes the first alone',
      (realm, { error }) =>
        `Bearer realm="${realm.replace(/["\\]/, '\\$&')}", error="${error.replace(/["\\]/, '\\$&')}"`,
    ],
  ])('can be distinguished from one that %s', async (_title, write) => {
    await expectRefuted(canBeRead(write))
  })
})

import { describe, expect, it } from '@jest/globals'
import { invalidOption } from '../../../lib/shared/invalid-option.js'
import { createOrySession } from '../../../lib/index.js'

/** What a message shows of a value. */
const shownOf = (value: unknown): string =>
  /; got (.*) \(docs\//s.exec(invalidOption('url', 'a URL', value).message)?.[1] ?? ''

describe('a message about an option', () => {
  it.each([
    ['user:secret', "'user:…'"],
    [' user:secret', "' user:…'"],
    ['user:secret:4433', "'user:…'"],
    ['user:secret@ory.example', "'…@ory.example'"],
    ['secret@ory.example', "'…@ory.example'"],
    ['//user:secret', "'//user:…'"],
    ['http:user:secret', "'http:…'"],
    ['https://user:secret', "'https://user:…'"],
    ['https://user:secret@ory.example/', "'https://…@ory.example/'"],
    ['https://user:sec:ret@x@ory.example:4433', "'https://…@ory.example:4433'"],
    ['https://ory.example/?key=secret', "'https://ory.example/…'"],
    ['https://ory.example/#secret', "'https://ory.example/…'"],
    ['ory_st_secret', "'…'"],
    ['Bearer ory_st_secretsecretsecret', "'…'"],
    ['mongodb:secret', "'mongodb:…'"],
  ])('shows no secret part of %j: %s', (value, shown) => {
    expect(shownOf(value)).toBe(shown)
    expect(() => createOrySession({ url: value })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('secret') }),
    )
  })

  it.each([
    'ory.example',
    'ory.example:4433',
    'localhost:4433/path',
    'ftp://ory.example:21/path',
    'ftp://[::1]:4433',
    'ftp://[::1]',
    '',
    'private, no-store',
  ])('shows %j whole', (value) => {
    expect(shownOf(value)).toBe(`'${value}'`)
  })

  it.each([
    [[1], 'a list'],
    [[], 'an empty list'],
    [{ a: 'secret' }, 'an object'],
    [() => 'secret', 'a function'],
    [null, 'null'],
    [Number.NaN, 'NaN'],
  ])('shows the kind of %p alone: %s', (value, shown) => {
    expect(shownOf(value)).toBe(shown)
  })
})

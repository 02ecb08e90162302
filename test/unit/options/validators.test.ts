import { describe, expect, it } from '@jest/globals'
import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import {
  checkBoolean,
  checkList,
  checkNumber,
  checkOneOf,
  readMembers,
} from '../../../lib/options/validators.js'

const request = new IncomingMessage(new Socket())

describe('readMembers', () => {
  it('copies own members alone', () => {
    const given = { aal: 'aal2' }
    const own = readMembers('policy', given, ['aal', 'fresh'])
    expect(own).toEqual({ aal: 'aal2' })
    expect(own).not.toBe(given)
    expect(Object.getPrototypeOf(own)).toBeNull()
  })

  it('names the known key that is nearest to an unknown one', () => {
    expect(() => readMembers('policy', { all: 'aal2' }, ['aal', 'fresh'])).toThrow(
      'policy has no "all"; did you mean aal?',
    )
  })

  it.each([
    ['policy', 'app.use(ory.requireSession())'],
    ['logout', "app.post('/logout', ory.logout())"],
  ])('shows the call that is missing if %s is a request', (name, call) => {
    expect(() => readMembers(name, request, [])).toThrow(
      expect.objectContaining({
        code: 'ERR_ORY_CALL_MISSING',
        message: expect.stringContaining(`is a call missing, as in ${call}?`),
      }),
    )
  })
})

describe('checkNumber', () => {
  it.each([0, 1.5, 10])('takes %s from 0 to 10', (value) => {
    expect(checkNumber('timeoutMs', value, { min: 0, max: 10 })).toBe(value)
  })

  it.each([
    [-1, 'got -1'],
    [NaN, 'got NaN'],
    ['5', 'did you mean 5, without quotes?'],
    ['8 ms', 'did you mean 8? The unit is milliseconds'],
    ['1s', "got '1s' (docs"],
    [Infinity, 'did you mean 10?'],
  ])('refuses %s from 0 to 10', (value, message) => {
    expect(() => checkNumber('timeoutMs', value, { min: 0, max: 10 })).toThrow(message)
  })

  it.each([
    ['15m', 'did you mean 900000? The unit is milliseconds'],
    ['10 s', 'did you mean 10000? The unit is milliseconds'],
    ['1h', 'did you mean 3600000? The unit is milliseconds'],
  ])('says what %s is in milliseconds', (value, message) => {
    expect(() => checkNumber('policy.maxAgeMs', value, { min: 0 })).toThrow(message)
  })

  it.each([
    ['cacheMaxBytes', '32m'],
    ['connections', '10s'],
    ['connections', '1.5'],
  ])('suggests nothing that it would refuse: %s of %s', (name, value) => {
    expect(() => checkNumber(name, value, { min: 1, isWhole: true })).toThrow(
      `got '${value}' (docs`,
    )
  })

  it('refuses a fraction if the number must be whole', () => {
    expect(() => checkNumber('connections', 1.5, { min: 1, isWhole: true })).toThrow(
      'connections must be a whole number of 1 or more; got 1.5',
    )
  })
})

describe('checkBoolean', () => {
  it('refuses the text of an environment variable', () => {
    expect(checkBoolean('fresh', false)).toBe(false)
    expect(() => checkBoolean('fresh', 'false')).toThrow('did you mean false, without quotes?')
  })
})

describe('checkOneOf', () => {
  it('names the value that is meant', () => {
    expect(checkOneOf('policy.aal', 'aal2', ['aal1', 'aal2'])).toBe('aal2')
    expect(() => checkOneOf('policy.aal', 'AAL2', ['aal1', 'aal2'])).toThrow("did you mean 'aal2'?")
  })
})

describe('checkList', () => {
  const isText = (item: unknown): item is string => typeof item === 'string'

  it.each([[[]], ['a'], [[1]], [new Array(2)]])('refuses %j as a list of texts', (value) => {
    expect(() => checkList('sources', value, 'a list of texts', isText)).toThrow(
      /^sources must be a list of texts/,
    )
  })

  it('shows the first item that is wrong, and the likeliest fix', () => {
    const fixOf = (item: unknown): string => `did you mean '${String(item)}'?`
    expect(() => checkList('sources', ['a', 1, 2], 'texts', isText, fixOf)).toThrow(
      "sources must be texts; got a list with 1; did you mean '1'?",
    )
  })

  it('takes a list, and copies it', () => {
    const list = ['a', 'b']
    expect(checkList('sources', list, 'a list of texts', isText)).toEqual(list)
    expect(checkList('sources', list, 'a list of texts', isText)).not.toBe(list)
  })
})

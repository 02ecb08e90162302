import { describe, expect, it } from '@jest/globals'
import { isOryRefusal, readOryError } from '../../../lib/ory/error-body.js'
import type { Reply } from '../../../lib/ory/response.js'

const reply = (body: string, status = 401): Reply => ({
  status,
  headers: { 'content-type': 'application/json' },
  body,
})

describe('readOryError', () => {
  it('finds the error where there is one', () => {
    const error = { id: 'session_aal2_required', code: 403 }
    expect(readOryError(reply(JSON.stringify({ error, more: 1 })))).toEqual(error)
  })

  it.each(['{}', '[]', 'null', 'true', '7', '"error"', '{"error":null}', '{"error":"no"}'])(
    'finds none in %s',
    (body) => {
      expect(readOryError(reply(body))).toBeUndefined()
    },
  )

  it('borrows none from Object.prototype', () => {
    Object.defineProperty(Object.prototype, 'error', { value: { code: 401 }, configurable: true })
    try {
      expect(readOryError(reply('{}'))).toBeUndefined()
    } finally {
      Reflect.deleteProperty(Object.prototype, 'error')
    }
  })
})

describe('isOryRefusal', () => {
  it.each([
    ['{"error":{"code":401}}', 401, true],
    ['{"error":{"code":403}}', 403, true],
    ['{"error":{"code":403}}', 401, false],
    ['{"error":{"code":"401"}}', 401, false],
    ['{"error":{}}', 401, false],
    ['{"code":401}', 401, false],
  ])('takes %s with the status %d for Ory’s: %s', (body, status, expected) => {
    expect(isOryRefusal(reply(body, status))).toBe(expected)
  })
})

import { describe, expect, it } from '@jest/globals'
import { isAbout } from '../../../lib/auth/session-watch.js'

const watch = { key: 'key', sessionId: 'ada', identityId: 'person' }
const unknown = { key: 'key', sessionId: undefined, identityId: undefined }

describe('isAbout', () => {
  it.each([
    [{ key: 'key' }, true, true],
    [{ key: 'another' }, false, false],
    [{ session: 'ada' }, true, false],
    [{ session: 'person' }, false, false],
    [{ identity: 'person' }, true, false],
    [{ identity: 'ada' }, false, false],
  ])('compares %j with the member of that name', (what, isOfWatch, isOfUnknown) => {
    expect(isAbout(what, watch)).toBe(isOfWatch)
    expect(isAbout(what, unknown)).toBe(isOfUnknown)
  })
})

import { describe, expect, it } from '@jest/globals'
import { nearestName } from '../../../lib/shared/did-you-mean.js'

const names = ['url', 'appUrl', 'cacheTtlMs', 'refusalTtlMs', 'cookieName', 'property']

describe('nearestName', () => {
  it.each([
    ['cacheTtl', 'cacheTtlMs', 'a part of the name'],
    ['cookiename', 'cookieName', 'another case'],
    [' proprety ', 'property', 'two letters that changed sides, and blanks'],
    ['appURL', 'appUrl', 'the whole name before a part of it'],
  ])('finds for %j the name %s: %s', (wrong, name) => {
    expect(nearestName(wrong, names)).toBe(name)
  })

  it.each([
    ['redis', 'nothing alike'],
    ['u', 'too short to say'],
    [`url${'x'.repeat(40)}`, 'too long to compare'],
  ])('finds none for %j: %s', (wrong) => {
    expect(nearestName(wrong, names)).toBeUndefined()
  })
})

import { describe, expect, it } from '@jest/globals'
import { createWebhookSecret } from '../../../lib/http/webhook-secret.js'

const [first, second] = ['first-secret-of-16', 'second:secret-with-a-colon']
const has = createWebhookSecret([first, second])
const basic = (pair: string): string => `Basic ${Buffer.from(pair).toString('base64')}`

describe('createWebhookSecret', () => {
  it.each([
    ['a bearer', `Bearer ${first}`],
    ['a bearer in another case, with more blanks', `bearer   ${first}`],
    ['any secret of the list', `Bearer ${second}`],
    ['the password of any user', basic(`ory:${first}`)],
    ['a password with a colon', basic(`:${second}`)],
  ])('accepts %s', (_what, header) => expect(has(header)).toBe(true))

  it.each([
    ['no header', undefined],
    ['an empty header', ''],
    ['an empty bearer', 'Bearer '],
    ['an empty password', basic('ory:')],
    ['the beginning of a secret', `Bearer ${first.slice(0, -1)}`],
    ['a secret and more', `Bearer ${first}x`],
    ['two secrets', `Bearer ${first} ${second}`],
    ['the secret without a scheme', first],
    ['the secret under another scheme', `Token ${first}`],
    ['the secret as the name of the user', basic(`${first}:`)],
    ['a pair without a colon', basic(first)],
    ['both secrets in a list', `Bearer ${first},${second}`],
  ])('refuses %s', (_what, header) => expect(has(header)).toBe(false))

  it.each([
    ['too short', 'fifteen-letters'],
    ['no string', {} as never],
    ['a number', 1_234_567_890_123_456 as never],
    ['a hole in a list', new Array<string>(1)],
    ['an empty list', []],
    ['a list with one that is too short', [first, 'short']],
    ['a blank, which no header has in it', 'sixteen letters or more'],
    ['a letter outside of ASCII', 'sechzehn-Zeichen-öä'],
  ])('throws for a secret that is %s, and does not show it', (_what, secret) => {
    let message = ''
    expect(() => {
      try {
        createWebhookSecret(secret)
      } catch (error) {
        message = (error as Error).message
        throw error
      }
    }).toThrow(/webhook\.secret/)
    const shown = [secret].flat().filter((one) => message.includes(one))
    expect(shown).toEqual([])
  })
})

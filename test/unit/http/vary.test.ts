import { describe, expect, it } from '@jest/globals'
import type { CredentialSource } from '../../../lib/credential/credential.js'
import { createVary } from '../../../lib/http/vary.js'
import { createExchange } from '../support/exchange.js'

const all: CredentialSource[] = ['x-session-token', 'bearer', 'cookie']

describe('createVary', () => {
  it.each<[CredentialSource[], string | string[] | undefined, string | undefined]>([
    [all, undefined, 'X-Session-Token, Authorization, Cookie'],
    [['cookie'], undefined, 'Cookie'],
    [['cookie', 'bearer'], undefined, 'Cookie, Authorization'],
    [all, 'Origin', 'Origin, X-Session-Token, Authorization, Cookie'],
    [all, 'Accept-Encoding, cookie', 'Accept-Encoding, cookie, X-Session-Token, Authorization'],
    [['cookie'], 'COOKIE', 'COOKIE'],
    [['cookie'], 'X-Cookie', 'X-Cookie, Cookie'],
    [all, '*', '*'],
    [all, 'Origin , *', 'Origin , *'],
    [['cookie'], ['Origin', 'Accept'], 'Origin,Accept, Cookie'],
    [['cookie'], ['Origin', 'Cookie'], 'Origin,Cookie'],
  ])('adds %j to %j', (sources, present, expected) => {
    const { response } = createExchange()
    if (present !== undefined) response.setHeader('Vary', present)
    const vary = createVary(sources)
    vary(response)
    expect(String(response.getHeader('Vary'))).toBe(expected)
    vary(response)
    expect(String(response.getHeader('Vary'))).toBe(expected)
  })
})

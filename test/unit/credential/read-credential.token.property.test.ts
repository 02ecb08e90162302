import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { maxTokenLength, readCredential } from '../../../lib/credential/read-credential.js'
import { growthOf, mostGrowth } from '../support/growth.js'
import { expectHolds, expectRefuted } from '../support/runs.js'

interface Sent {
  readonly 'x-session-token'?: string
  readonly authorization?: string
}
type Read = (sent: Sent, prefix: string) => string | undefined

const read: Read = (headers, tokenPrefix) => {
  const settings = {
    sources: ['x-session-token', 'bearer'],
    tokenPrefix,
    isSessionCookie: () => false,
  } as const
  const found = readCredential({ headers: { ...headers } }, settings)
  return typeof found === 'object' ? `${found.source} ${found.value}` : found
}

const tokenCharacters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/'

/** The b64token of RFC 6750 §2.1, read letter by letter: `1*( ALPHA / … ) *"="`. */
function isToken(text: string): boolean {
  const letters = [...text]
  while (letters.at(-1) === '=') letters.pop()
  return letters.length > 0 && letters.every((letter) => tokenCharacters.includes(letter))
}

const readSlowly: Read = (sent, prefix) => {
  const token = sent['x-session-token'] ?? ''
  if (token !== '') {
    if (!isToken(token)) return 'malformed'
    const isOurs = token.startsWith(prefix) && token.length <= maxTokenLength
    return isOurs ? `x-session-token ${token}` : 'invalid'
  }
  const [scheme = '', ...rest] = (sent.authorization ?? '').split(/([ \t])/)
  if (scheme.toLowerCase() !== 'bearer') return undefined
  const [blank = ' ', ...after] = rest
  const bearer = after.join('')
  if (blank !== ' ') return 'malformed'
  if (!isToken(bearer)) return 'malformed'
  if (!bearer.startsWith(prefix)) return undefined
  return bearer.length <= maxTokenLength ? `bearer ${bearer}` : 'invalid'
}

const piece = fc.constantFrom(
  ...[
    'ory_st_',
    'ory_st_',
    'ory_st_',
    'ORY_ST_',
    'ory_at_',
    'ory_s',
    'abc',
    'Z',
    '0',
    '-',
    '.',
    '~',
  ],
  ...[
    '+',
    '/',
    '=',
    '==',
    ',',
    ', ',
    ' ',
    '\t',
    '"',
    '\\',
    ';',
    ':',
    'é',
    '\u00a0',
    '\n',
    '\u0000',
    '',
  ],
)
const text = fc.array(piece, { maxLength: 4 }).map((pieces) => pieces.join(''))
const long = fc
  .constantFrom(-1, 0, 1)
  .map((more) => `ory_st_${'a'.repeat(maxTokenLength - 'ory_st_'.length + more)}`)
const token = fc.oneof({ weight: 4, arbitrary: text }, { weight: 1, arbitrary: long })
const scheme = fc.constantFrom(
  'Bearer',
  'Bearer',
  'bearer',
  'BEARER',
  'Basic',
  'Bearers',
  'xBearer',
  '',
)
const gap = fc.constantFrom(' ', ' ', ' ', '', '  ', '\t', ' \t', ',', '\u00a0')
const sent: fc.Arbitrary<Sent> = fc.record(
  {
    'x-session-token': fc.oneof(
      { weight: 1, arbitrary: fc.constant('') },
      { weight: 2, arbitrary: token },
    ),
    authorization: fc.tuple(scheme, gap, token).map((pieces) => pieces.join('')),
  },
  { requiredKeys: [] },
)

const readsAsTheSlowOne = (reader: Read) =>
  fc.property(sent, fc.constantFrom('ory_st_', 'ory_st_', ''), (headers, prefix) => {
    expect(reader(headers, prefix)).toBe(readSlowly(headers, prefix))
  })

/** What reads headers after each was changed. */
const after =
  (change: (text: string) => string): Read =>
  (headers, prefix) =>
    read(
      Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name, change(String(value))]),
      ),
      prefix,
    )

describe('the reader of token headers', () => {
  it('reads every header as the slow one does', async () => {
    await expectHolds(readsAsTheSlowOne(read), 1_500)
  })

  it.each<[string, Read]>([
    ['trims', after((value) => value.trim())],
    ['takes many blanks for one', after((value) => value.replace(/[ \t]+/g, ' '))],
    ['takes the part before a comma', after((value) => value.split(',')[0] ?? '')],
    ['takes quotes off', after((value) => value.replaceAll('"', ''))],
    ['lets control characters pass', after((value) => value.replace(/[\n\0]/g, ''))],
    ['lets padding stand anywhere', after((value) => value.replace(/=(?!$)/g, ''))],
    ['knows no case', after((value) => value.replace(/ory_st_/i, 'ory_st_'))],
    ['knows one way to write the scheme', after((value) => value.replace(/^bearer/, 'Other'))],
    ['asks for no prefix', (headers) => read(headers, '')],
    ['forgets the limit', after((value) => value.replace(/a{99,}/, 'a'))],
    [
      'calls a foreign header token absent',
      (headers, prefix) => {
        const found = read(headers, prefix)
        return found === 'invalid' ? undefined : found
      },
    ],
    [
      'calls what is malformed invalid',
      (headers, prefix) => read(headers, prefix)?.replace('malformed', 'invalid'),
    ],
    [
      'prefers Bearer',
      (headers, prefix) =>
        headers.authorization === undefined
          ? read(headers, prefix)
          : read({ authorization: headers.authorization }, prefix),
    ],
  ])('can be distinguished from one that %s', async (_title, broken) => {
    await expectRefuted(readsAsTheSlowOne(broken))
  })
})

describe('the time that reading takes', () => {
  it.each(['a', '=', 'a=', ' ', '\t', ',', 'Bearer ', 'ory_st_', '"', 'a '])(
    'grows with the length of %j alone',
    (run) => {
      for (const start of ['', 'ory_st_', 'ory_st_=']) {
        const inHeader = (value: string) =>
          read({ 'x-session-token': `${start}${value}` }, 'ory_st_')
        expect(growthOf(inHeader, run)).toBeLessThan(mostGrowth)
        const inBearer = (value: string) =>
          read({ authorization: `Bearer ${start}${value}` }, 'ory_st_')
        expect(growthOf(inBearer, run)).toBeLessThan(mostGrowth)
      }
    },
  )
})

import { describe, expect, it } from '@jest/globals'
import type { OrySessionOptions } from '../../lib/index.js'
import type { SignedIn } from '../../lib/testing/index.js'
import { expectDenial, malformed, sessionInvalid, sessionMissing } from '../support/denial.js'
import type { ExpectedDenial } from '../support/denial.js'
import { sendRaw } from '../support/raw.js'
import { createWorld, madeUpToken } from '../support/world.js'

const world = createWorld()
const name = 'ory_kratos_session'

interface Odd {
  readonly name: string
  readonly lines: (users: { readonly a: SignedIn; readonly b: SignedIn }) => readonly string[]
  readonly options?: OrySessionOptions
  readonly expected: ExpectedDenial
  readonly calls?: number
}

const token32 = 'A'.repeat(32)
const tokenOf = (length: number): string => madeUpToken().padEnd(length, 'x')

const odd: readonly Odd[] = [
  {
    name: 'two X-Session-Token headers',
    lines: ({ a, b }) => [`X-Session-Token: ${a.token}`, `X-Session-Token: ${b.token}`],
    expected: malformed,
  },
  {
    name: 'the same X-Session-Token twice',
    lines: ({ a }) => [`X-Session-Token: ${a.token}`, `x-session-token: ${a.token}`],
    expected: malformed,
  },
  {
    name: 'two Authorization headers, of which Node keeps the first',
    lines: ({ a, b }) => [`Authorization: Bearer ${a.token}`, `AUTHORIZATION: Bearer ${b.token}`],
    expected: malformed,
  },
  {
    name: 'a Basic before the Bearer',
    lines: ({ a }) => ['Authorization: Basic YTpi', `Authorization: Bearer ${a.token}`],
    expected: malformed,
  },
  {
    name: 'a comma list in one header',
    lines: ({ a, b }) => [`X-Session-Token: ${a.token},${b.token}`],
    expected: malformed,
  },
  {
    name: 'a blank in the token',
    lines: () => ['X-Session-Token: ory_st_a b'],
    expected: malformed,
  },
  {
    name: 'a tab in the token',
    lines: () => ['X-Session-Token: ory_st_a\tb'],
    expected: malformed,
  },
  { name: 'a quoted token', lines: () => ['X-Session-Token: "ory_st_ab"'], expected: malformed },
  {
    name: 'a token beyond ASCII',
    lines: () => ['X-Session-Token: ory_st_\xe9'],
    expected: malformed,
  },
  { name: 'Bearer without a token', lines: () => ['Authorization: Bearer'], expected: malformed },
  {
    name: 'two blanks after Bearer',
    lines: ({ a }) => [`Authorization: Bearer  ${a.token}`],
    expected: malformed,
  },
  {
    name: 'a malformed bearer beside a good cookie',
    lines: ({ a, b }) => [`Authorization: Bearer ${a.token} x`, `Cookie: ${b.cookie}`],
    expected: malformed,
  },
  {
    name: 'an X-Session-Token without the prefix beside a good cookie',
    lines: ({ a }) => ['X-Session-Token: ory_at_abc', `Cookie: ${a.cookie}`],
    expected: sessionInvalid,
  },
  {
    name: 'a bearer token without the prefix',
    lines: () => [`Authorization: Bearer ${token32}`],
    expected: sessionMissing,
  },
  {
    name: 'a bearer token without the prefix, when any is accepted',
    options: { tokenPrefix: '' },
    lines: () => [`Authorization: Bearer ${token32}`],
    expected: sessionInvalid,
    calls: 1,
  },
  {
    name: 'an X-Session-Token without the prefix, when any is accepted',
    options: { tokenPrefix: '' },
    lines: () => [`X-Session-Token: ${token32}`],
    expected: sessionInvalid,
    calls: 1,
  },
  {
    name: 'a token with a prefix of its own',
    options: { tokenPrefix: 'own_' },
    lines: () => [`X-Session-Token: own_${token32}`],
    expected: sessionInvalid,
    calls: 1,
  },
  {
    name: 'the longest token that is looked at',
    lines: () => [`X-Session-Token: ${tokenOf(4096)}`],
    expected: sessionInvalid,
    calls: 1,
  },
  {
    name: 'a longer token',
    lines: () => [`X-Session-Token: ${tokenOf(4097)}`],
    expected: sessionInvalid,
  },
  {
    name: 'the longest cookie that is looked at',
    lines: () => [`Cookie: ${name}=${'x'.repeat(8192 - name.length - 1)}`],
    expected: sessionInvalid,
    calls: 1,
  },
  {
    name: 'a longer cookie',
    lines: () => [`Cookie: ${name}=${'x'.repeat(8192 - name.length)}`],
    expected: sessionInvalid,
  },
  {
    name: 'many cookies that are longer together',
    lines: () => [`Cookie: ${`${name}=${'x'.repeat(400)}; `.repeat(20)}`],
    expected: sessionInvalid,
  },
  { name: 'an empty cookie', lines: () => [`Cookie: ${name}=; a=1`], expected: sessionMissing },
  {
    name: 'a cookie without a value',
    lines: () => [`Cookie: ${name}; a=1`],
    expected: sessionMissing,
  },
  {
    name: 'a cookie with a control character',
    lines: () => [`Cookie: ${name}=a\tb`],
    expected: sessionInvalid,
  },
  {
    name: 'a cookie with one quote',
    lines: () => [`Cookie: ${name}="abc`],
    expected: sessionInvalid,
  },
  {
    name: 'a cookie with a backslash',
    lines: () => [`Cookie: ${name}=a\\b`],
    expected: sessionInvalid,
  },
  {
    name: 'a cookie beyond ASCII',
    lines: () => [`Cookie: ${name}=\xe9`],
    expected: sessionInvalid,
  },
]

describe('an odd credential', () => {
  it.each(odd)(
    'is answered as promised: $name',
    async ({ options = {}, lines, expected, calls = 0 }) => {
      const { fake, site } = await world.start({ options })
      const users = { a: fake.signIn(), b: fake.signIn() }

      const reply = await sendRaw(site.port, '/', lines(users))

      expectDenial(reply, expected)
      expect(fake.calls.whoami).toBe(calls)
      expect(site.handled).toBe(0)
    },
  )

  it('does no harm where its source is not enabled, or comes later', async () => {
    const cookieAlone = await world.start({ options: { sources: ['cookie'] } })
    const all = await world.start()
    const twice = ['Authorization: Bearer x y', 'Authorization: Bearer z']
    const token = `X-Session-Token: ${all.fake.signIn().token}`

    const replies = [
      await sendRaw(cookieAlone.site.port, '/', [
        ...twice,
        `Cookie: ${cookieAlone.fake.signIn().cookie}`,
      ]),
      await sendRaw(all.site.port, '/', [...twice, token]),
      await sendRaw(all.site.port, '/', [`Cookie: ${name}=a b`, token]),
    ]

    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200])
  })

  it('never makes the server fall, whatever its bytes', async () => {
    const { fake, site } = await world.start()
    const bytes = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code))
    const odd = bytes.filter((byte) => /[^a-z0-9\0\r\n]/i.test(byte))
    const statuses = []
    for (const byte of odd) {
      const value = `ory_st_a${byte}b`
      for (const start of [`Cookie: ${name}=`, 'X-Session-Token: ', 'Authorization: Bearer ']) {
        statuses.push((await sendRaw(site.port, '/', [`${start}${value}`])).status)
      }
    }

    expect(statuses).toHaveLength(3 * odd.length)
    expect(statuses.filter((status) => status !== 400 && status !== 401)).toEqual([])
    expect(fake.calls.all.every(({ route }) => route !== 'other')).toBe(true)
    expect(site.handled).toBe(0)
  })
})

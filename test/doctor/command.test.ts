import { describe, expect, it } from '@jest/globals'
import { readArguments } from '../../lib/doctor/arguments.js'
import type { OryCheck } from '../../lib/doctor/check.js'
import { examine, exitStatus } from '../../lib/doctor/examine.js'
import { findObstacle } from '../../lib/doctor/cookie-reach.js'
import { renderChecks } from '../../lib/doctor/render.js'
import { readSetCookie } from '../../lib/doctor/set-cookie-line.js'
import { createFakeOry } from '../../lib/testing/index.js'

describe('the arguments', () => {
  it.each([
    [['doctor', '--token', 'ory_st_canary'], /there is no option --token; see/],
    [['doctor', '--url', 'http://a', '--token=ory_st_canary'], /there is no option --token; see/],
    [['doctor', 'ory_st_canary'], /options alone/],
    [['ory_st_canary'], /one command is `doctor`/],
    [['doctor', '--url'], /has no value, or takes none \(--url\)/],
    [[], /one command is `doctor`/],
  ])('%j are refused, and no value is repeated', (words, message) => {
    let said = ''
    try {
      readArguments(words)
    } catch (error) {
      said = String(error)
    }

    expect(said).toMatch(message)
    expect(said).not.toContain('canary')
  })

  it('are read', () => {
    const words = [
      'doctor',
      '--url',
      'http://a',
      '--cookie-name',
      'a',
      '--cookie-name',
      'b',
      '--json',
    ]

    expect(readArguments(words)).toMatchObject({
      url: 'http://a',
      cookieNames: ['a', 'b'],
      isJson: true,
    })
  })
})

const ok: OryCheck = { name: 'clock', outcome: 'ok', asked: 'a', came: 'b', means: 'c' }
const wrong: OryCheck = {
  name: 'cookie',
  outcome: 'wrong',
  asked: 'q',
  came: 'x',
  means: 'one two three four',
  fix: 'f',
}
const skipped: OryCheck = {
  name: 'store',
  outcome: 'skipped',
  asked: 'q',
  came: 'x',
  means: 'none',
}

describe('the variables', () => {
  it('that are set to nothing are none', async () => {
    const fake = await createFakeOry()
    const variables = { ORY_SDK_URL: fake.url, APP_URL: '', ORY_BROWSER_URL: '', REDIS_URL: '' }

    const checks = await examine(readArguments(['doctor']), { ...variables, ORY_STORE_SECRET: 'x' })
    await fake.close()

    expect(exitStatus(checks)).toBe(0)
    expect(checks.at(-1)).toMatchObject({ name: 'store', outcome: 'skipped' })
  })

  it('or an argument must name an Ory', async () => {
    const asked = examine(readArguments(['doctor']), { ORY_SDK_URL: '' })

    await expect(asked).rejects.toThrow(/--url or ORY_SDK_URL/)
  })
})

describe('what is printed', () => {
  it('says where to look when nothing is wrong with Ory', () => {
    const plain = { columns: undefined, isColoured: false }

    expect(renderChecks([ok], plain)).toMatch(
      /\n\n1 ok\n\nNothing is wrong with Ory\..*troubleshooting/,
    )
    expect(renderChecks([ok, wrong], plain)).not.toContain('Nothing is wrong')
  })

  it('has what is wrong first, and neither colour nor width without a terminal', () => {
    expect(renderChecks([ok, skipped, wrong], { columns: undefined, isColoured: false })).toBe(
      [
        'WRONG  cookie\n  asked  q\n  came   x\n  means  one two three four\n  fix    f',
        'OK  clock\n  asked  a\n  came   b\n  means  c',
        'SKIPPED  store\n  means  none',
        '1 wrong, 1 ok, 1 skipped\n',
      ].join('\n\n'),
    )
  })

  it('is coloured and broken at the width of a terminal', () => {
    const text = renderChecks([{ ...wrong, means: 'word '.repeat(30).trim() }], {
      columns: 40,
      isColoured: true,
    })

    expect(text).toContain('\u001b[31mWRONG\u001b[39m')
    expect(
      Math.max(
        ...text
          .split('\n')
          .slice(1)
          .map(({ length }) => length),
      ),
    ).toBeLessThanOrEqual(40)
  })
})

describe('a cookie of Ory', () => {
  const nothing = /^nothing to fix$/

  it.each<[string, string, string, RegExp]>([
    ['a=b; Path=/', 'https://id.example.com', 'https://id.example.com/app', nothing],
    [
      'a=b; Path=/; Domain=.example.com',
      'https://id.example.com',
      'https://app.example.com',
      nothing,
    ],
    ['a=b; Path=/; Domain=example.com', 'https://id.example.com', 'https://example.com', nothing],
    [
      'a=b; Path=/',
      'https://id.example.com',
      'https://app.example.com',
      /cookies\.domain of Kratos to example\.com/,
    ],
    [
      'a=b; Domain=example.org',
      'https://id.example.com',
      'https://app.example.com',
      /domain that both/,
    ],
    [
      'a=b; Domain=ple.com',
      'https://id.example.com',
      'https://app.example.com',
      /domain that both/,
    ],
    ['a=b; Path=/id', 'https://example.com', 'https://example.com/identity', /cookie\.path/],
    ['a=b; Secure', 'https://example.com', 'http://example.com', /over https/],
    ['a=b; SameSite=None', 'http://example.com', 'http://example.com', /same_site/],
    ['a=b; Secure', 'http://example.com', 'https://example.com', /Serve Ory over https/],
    ['a=b; SameSite=Strict', 'https://example.com', 'https://example.com', /Lax/],
    ['a=b', 'https://x.projects.oryapis.com', 'http://localhost:3000', /ory tunnel/],
    ['a=b', 'https://x.projects.oryapis.com', 'https://app.example.com', /custom domain/],
    ['a=b', 'http://127.0.0.1:4433', 'http://localhost:3000', /one host name/],
    ['a=b', 'http://10.0.0.1', 'http://10.0.0.2', /by a path/],
  ])('%s of %s is for %s as a browser judges', (line, ory, application, fix) => {
    const obstacle = findObstacle(readSetCookie(line), new URL(ory), new URL(application))

    expect(obstacle === undefined ? 'nothing to fix' : obstacle.fix).toMatch(fix)
  })

  it('keeps no value', () => {
    expect(JSON.stringify(readSetCookie('name=canary; Path=/'))).not.toContain('canary')
  })
})

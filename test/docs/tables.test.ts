import { describe, expect, it } from '@jest/globals'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runInNewContext } from 'node:vm'
import { createOrySession } from '../../lib/index.js'
import { Fault } from '../../lib/shared/fault.js'
import { SessionError } from '../../lib/shared/session-error.js'
import { membersOf, stringsOf } from './declarations.js'
import { codeOf, readme, readPage, readTables, root } from './pages.js'
import { snippets } from './snippet.js'

type DenialCode = ConstructorParameters<typeof SessionError>[0]
type Reason = ConstructorParameters<typeof Fault>[0]

const url = 'https://ory.example.com'
const options = readPage('docs/options.md')
const denials = readPage('docs/denials.md')
const instance = readPage('docs/instance.md')
const names = (page: typeof readme, heading: string): string[] =>
  readTables(page, heading).map(([cell]) => codeOf(cell)!)

/** JSON that shows regular expressions, of whichever realm. */
function show(value: unknown): string {
  const isRegExp = (item: unknown): boolean =>
    Object.prototype.toString.call(item) === '[object RegExp]'
  return JSON.stringify(value, (_key, item: unknown) => (isRegExp(item) ? String(item) : item))
}

describe('the tables of options', () => {
  const rows = readTables(options, 'Option').map(([name, cell]) => [codeOf(name)!, cell!] as const)
  const source = /^(?:export )?const defaults = (\{[^]*?^\}) as const$/m.exec(
    readFileSync(join(root, 'lib/options/defaults.ts'), 'utf8'),
  )![1]!
  const defaults = runInNewContext(`(${source})`, { systemClock: {} }) as Record<string, unknown>
  const inWords: Readonly<Record<string, string>> = {
    url: 'the variable `ORY_SDK_URL`',
    browserUrl: '`url`',
    appUrl: 'none',
    dispatcher: 'own pool',
    traitsSchema: 'none',
    onDenied: '`sendDenial`',
    clock: "the system's",
    store: 'none',
    storeSecret: 'none',
  }

  it('have every option, once', () => {
    const known = membersOf('lib/options/options.ts', /Options$/)
    expect(rows.map(([name]) => name).sort()).toEqual(known.sort())
  })

  it('are those of README, as far as those go', () => {
    const short = names(readme, 'Option')
    expect(short).toHaveLength(10)
    expect(rows.map(([name]) => name)).toEqual(expect.arrayContaining(short))
  })

  it.each(rows)('give the default of %s', (name, cell) => {
    const words = inWords[name]
    const said = words === undefined ? show(runInNewContext(`(${codeOf(cell)!})`)) : cell
    expect(said).toBe(words ?? show(defaults[name]))
  })
})

describe.each([readme, options])('the table of policies in $file', (page) => {
  it('has every key of requireSession', () => {
    const known = membersOf('lib/auth/policy.ts', /^(?!Optional).*Policy$/)
    expect(names(page, 'Key').sort()).toEqual(known.sort())
  })

  it('is followed by what optionalSession knows besides', () => {
    expect(membersOf('lib/auth/policy.ts', /^Optional.*Policy$/)).toEqual(['onUnavailable'])
    expect(page.text).toContain("`optionalSession` also takes `onUnavailable: 'anonymous'`")
  })
})

describe('the tables of an instance', () => {
  const ory = createOrySession({ url })

  it('have every member', () => {
    const members = names(instance, 'Member').map((name) => /\w+/.exec(name)![0])
    expect(members.sort()).toEqual(Object.keys(ory).sort())
  })

  it('have every key of stats()', () => {
    expect(names(instance, 'Stat').sort()).toEqual(Object.keys(ory.stats()).sort())
  })
})

describe.each([
  [readme, 'The request', 2],
  [denials, 'Code', 0],
] as const)('the table of denials in $file', (page, heading, column) => {
  const rows = readTables(page, heading)
    .filter(({ [column]: cell }) => codeOf(cell) !== undefined)
    .map(({ [column]: code, 1: status }) => [codeOf(code) as DenialCode, Number(status)] as const)

  it('has every code, once', () => {
    const codes = stringsOf('lib/shared/error-catalog.ts', /DenialCode$/)
    expect(rows.map(([code]) => code).sort()).toEqual(codes.sort())
  })

  it.each(rows)('says that %s is a %i', (code, status) => {
    expect(new SessionError(code).status).toBe(status)
  })
})

describe('the table of reasons', () => {
  const rows = readTables(denials, 'Reason').map(
    ([reason, , isAway]) => [codeOf(reason) as Reason, isAway] as const,
  )

  it('has every reason, once', () => {
    const known = stringsOf('lib/shared/fault.ts', /FaultReason$/)
    expect(rows.map(([reason]) => reason).sort()).toEqual(known.sort())
  })

  it.each(rows)('says whether %s means that Ory is away: %s', (reason, isAway) => {
    expect(new Fault(reason).isOutage ? 'yes' : 'no').toBe(isAway)
  })
})

it('The page of errors has a heading for every code, and for no other', () => {
  const code = readdirSync(join(root, 'lib'), { recursive: true })
    .map(String)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(join(root, 'lib', file), 'utf8'))
    .join('')
  const known = new Set([...code.matchAll(/\bERR_ORY_[A-Z_]+\b/g)].map(([name]) => name))
  const headings = [...readPage('docs/errors.md').text.matchAll(/^## `?(ERR_ORY_\w+)`?$/gm)]
  expect(headings.map(([, name]) => name).sort()).toEqual([...known].sort())
})

it('The body of a denial in docs/denials.md is one', () => {
  const { text } = snippets.find(
    ({ page, language }) => page === denials.file && language === 'json',
  )!
  const denial = new SessionError('session_aal2_required', {
    requiredAal: 'aal2',
    redirectBrowserTo: `${url}/self-service/login/browser?aal=aal2`,
  })
  expect(JSON.parse(text)).toEqual(denial.toJSON())
})

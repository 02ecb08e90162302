import { describe, expect, it } from '@jest/globals'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runInNewContext } from 'node:vm'
import { SessionError } from '../../lib/shared/session-error.js'
import type { SessionDenialCode } from '../../lib/shared/session-error.js'
import { createOrySession } from '../../lib/index.js'
import { codeOf, readme, readTable, root, snippets } from './readme.js'

const read = (file: string): string => readFileSync(join(root, file), 'utf8')
const url = 'https://ory.example.com'

/** The names that an object may have, as the error for another name lists them. */
function namesKnownTo(call: (unknown: never) => unknown): string[] {
  try {
    call({ nonsense: true } as never)
  } catch (error) {
    return / it knows (.*)$/.exec((error as TypeError).message)![1]!.split(', ')
  }
  throw new Error('An unknown name is let through')
}

/** JSON that shows regular expressions, of whichever realm. */
function show(value: unknown): string {
  const isRegExp = (item: unknown): boolean =>
    Object.prototype.toString.call(item) === '[object RegExp]'
  return JSON.stringify(value, (_key, item: unknown) => (isRegExp(item) ? String(item) : item))
}

describe('the table of options in README', () => {
  const rows = readTable('Option').map(([name, cell]) => [codeOf(name)!, cell!] as const)
  const pattern = /^const defaults = (\{[^]*?^\}) as const$/m
  const source = pattern.exec(read('lib/options/resolve-options.ts'))![1]!
  const defaults = runInNewContext(`(${source})`, { systemClock: {} }) as Record<string, unknown>
  const inWords: Readonly<Record<string, string>> = {
    url: 'the variable `ORY_SDK_URL`',
    browserUrl: '`url`',
    appUrl: 'none',
    dispatcher: 'own pool',
    traits: 'none',
    onDenied: '`sendDenial`',
    clock: "the system's",
  }

  it('has every option, once', () => {
    const known = namesKnownTo((unknown) => createOrySession(Object.assign({ url }, unknown)))
    expect(rows.map(([name]) => name).sort()).toEqual(known.sort())
  })

  it('says in words what has no value to be shown', () => {
    const shown = Object.keys(defaults).filter((name) => name !== 'clock')
    const others = rows.map(([name]) => name).filter((name) => !shown.includes(name))
    expect(Object.keys(inWords).sort()).toEqual(others.sort())
  })

  it.each(rows)('gives the default of %s', (name, cell) => {
    const words = inWords[name]
    const said = words === undefined ? show(runInNewContext(`(${codeOf(cell)!})`)) : cell
    expect(said).toBe(words ?? show(defaults[name]))
  })
})

describe('the table of policies in README', () => {
  const ory = createOrySession({ url })
  const names = readTable('Key').map(([name]) => codeOf(name)!)

  it('has every key of requireSession', () => {
    expect(names.sort()).toEqual(namesKnownTo((unknown) => ory.requireSession(unknown)).sort())
  })

  it('is followed by what optionalSession knows besides', () => {
    const known = namesKnownTo((unknown) => ory.optionalSession(unknown))
    const more = known.filter((name) => !names.includes(name))
    expect(more).toEqual(['onUnavailable'])
    expect(readme).toContain('`optionalSession` also takes `onUnavailable: ')
  })
})

it('The table of members in README has every member of an instance', () => {
  const members = readTable('Member').map(([cell]) => /\w+/.exec(codeOf(cell)!)![0])
  expect(members.sort()).toEqual(Object.keys(createOrySession({ url })).sort())
})

describe('the table of outcomes in README', () => {
  const rows = readTable('The request has').slice(1)
  const source = /^export type SessionDenialCode =\n([^]*?)\n\n/m.exec(
    read('lib/shared/error-catalog.ts'),
  )![1]!
  const codes = [...source.matchAll(/'(\w+)'/g)].map(([, code]) => code!)

  it('has every code, once', () => {
    expect(rows.map(([, , code]) => codeOf(code)).sort()).toEqual(codes.sort())
  })

  it.each(
    rows.map(([, status, code]) => [codeOf(code) as SessionDenialCode, Number(status)] as const),
  )('says that %s is a %i', (code, status) => expect(new SessionError(code).status).toBe(status))
})

it('The body of a denial in README is one', () => {
  const { text } = snippets.find(({ language }) => language === 'json')!
  const denial = new SessionError('session_aal2_required', {
    requiredAal: 'aal2',
    redirectBrowserTo: `${url}/self-service/login/browser?aal=aal2`,
  })
  expect(JSON.parse(text)).toEqual(denial.toJSON())
})

describe('the links and commands of README', () => {
  const targets = [...readme.matchAll(/\]\(([^)]+)\)/g)].map(([, target]) => target!)
  const slugs = [...readme.matchAll(/^#+ (.*)$/gm)].map(
    ([, title]) =>
      `#${title!
        .toLowerCase()
        .replace(/[^\w -]/g, '')
        .replaceAll(' ', '-')}`,
  )

  it('lead somewhere', () => {
    const inside = targets.filter((target) => !target.startsWith('https://'))
    const lost = inside.filter((target) =>
      target.startsWith('#') ? !slugs.includes(target) : !existsSync(join(root, target)),
    )
    expect(inside.length).toBeGreaterThan(10)
    expect(lost).toEqual([])
  })

  it('are scripts of package.json', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
    const shell = snippets.filter(({ language }) => language === 'sh').map(({ text }) => text)
    const used = [...shell.join('').matchAll(/npm (?:run )?(start|test|\w+:\w+)/g)]
    expect(used.map(([, name]) => name)).toEqual(['start', 'test'])
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(['start', 'test']))
  })
})

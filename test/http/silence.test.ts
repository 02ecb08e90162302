import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { faultNames } from '../faults/names.js'
import type { Account } from '../support/silent-process.js'

describe('a process in which Ory is away in every way', () => {
  it('says nothing, and shows no credential anywhere', async () => {
    const child = fork(join(__dirname, '../support/silent-process.ts'), {
      execArgv: ['--import', 'tsx', '--trace-warnings'],
      silent: true,
    })
    const accounts: Account[] = []
    const output: string[] = []
    child.on('message', (account: Account) => void accounts.push(account))
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => void output.push(text))
    }
    const [code] = (await once(child, 'close')) as [number | null]

    expect(output.join('')).toBe('')
    expect(code).toBe(0)
    expect(accounts.map(({ fault }) => fault).sort()).toEqual(
      Object.entries(faultNames)
        .flatMap(([area, names]) => names.map((name) => `${area}: ${name}`))
        .sort(),
    )
    expect(
      accounts.flatMap(({ fault, leaks }) => leaks.map((leak) => `${fault}: ${leak}`)),
    ).toEqual([])
    // Each fault was met.
    const unharmed = accounts.filter(({ outcomes }) => !outcomes.includes('503'))
    expect(unharmed).toEqual(accounts.filter(({ isHarmless }) => isHarmless))
  }, 120_000)
})

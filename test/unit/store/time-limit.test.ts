import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { createTimeLimit } from '../../../lib/store/time-limit.js'
import type { Limited } from '../../../lib/store/time-limit.js'

beforeEach(() => {
  jest.useFakeTimers()
})
afterEach(() => {
  jest.useRealTimers()
})

/** Lets time pass, and what is due then happen. */
function pass(ms: number): void {
  jest.advanceTimersByTime(ms)
  // What is given up on is so after the turn in which it was due.
  jest.advanceTimersByTime(0)
}

function notedIn(givenUp: string[], name: string, isAwaited = true): Limited {
  return { isAwaited, giveUp: () => void givenUp.push(name) }
}

describe('a time limit', () => {
  it('gives up on each in its own time, in order, and never on what has ended', () => {
    const limit = createTimeLimit(40)
    const givenUp: string[] = []
    const [first, second, third] = ['first', 'second', 'third'].map((name) =>
      notedIn(givenUp, name),
    )
    limit.begin(first!)
    limit.begin(second!)
    pass(25)
    limit.begin(third!)
    limit.end(second!)
    pass(14)
    expect(givenUp).toEqual([])
    pass(2)
    expect(givenUp).toEqual(['first'])
    pass(23)
    expect(givenUp).toEqual(['first'])
    pass(2)
    expect(givenUp).toEqual(['first', 'third'])
  })

  it('starts anew after a pause in which nothing was under way', () => {
    const limit = createTimeLimit(5)
    const givenUp: string[] = []
    const early = notedIn(givenUp, 'early')
    limit.begin(early)
    limit.end(early)
    pass(20)
    limit.begin(notedIn(givenUp, 'late'))
    pass(30)
    expect(givenUp).toEqual(['late'])
  })

  it('gives up also after close() on what was under way', () => {
    const limit = createTimeLimit(5)
    const givenUp: string[] = []
    limit.begin(notedIn(givenUp, 'one'))
    limit.close()
    pass(30)
    expect(givenUp).toEqual(['one'])
  })

  it('gives up after close() on what begins then, too', () => {
    const limit = createTimeLimit(5)
    const givenUp: string[] = []
    const early = notedIn(givenUp, 'early')
    limit.begin(early)
    limit.end(early)
    limit.close()
    limit.begin(notedIn(givenUp, 'one'))
    pass(30)
    const last = notedIn(givenUp, 'last')
    limit.begin(last)
    limit.end(last)
    limit.begin(notedIn(givenUp, 'two'))
    pass(30)
    expect(givenUp).toEqual(['one', 'two'])
    expect(jest.getTimerCount()).toBe(0)
  })

  it.each([
    ['lets a process end that waits for nothing', 'const one = log(false); limit.begin(one)', ''],
    [
      'lets a process end whose questions have ended',
      'const one = log(true); limit.begin(one); limit.end(one)',
      '',
    ],
    [
      'keeps a process that waits',
      'limit.begin(log(false)); limit.begin(log(true))',
      'late\nlate\n',
    ],
  ])('%s', (_name, code, output) => {
    const file = join(__dirname, '../../../lib/store/time-limit.ts')
    const script = `
      import { createTimeLimit } from ${JSON.stringify(file)}
      const limit = createTimeLimit(1_000)
      const log = (isAwaited) => ({ isAwaited, giveUp: () => console.log('late') })
      ${code}`
    const child = spawnSync(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '--eval', script],
      { encoding: 'utf8', cwd: join(__dirname, '../../..') },
    )
    expect(child.stderr).toBe('')
    expect(child.stdout).toBe(output)
  })
})

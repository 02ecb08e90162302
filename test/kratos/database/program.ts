import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'

/** Whom a program runs as, where that is somebody else. */
export interface Owner {
  readonly uid: number
  readonly gid: number
}

export interface ProgramOptions {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
  readonly owner?: Owner | undefined
}

/** A program that runs beside the test, and never longer. */
export interface Program {
  /** Resolves once it has written this. Rejects when it ends before, or when time is up. */
  said(pattern: RegExp, timeoutMs: number): Promise<void>
  /** Rejects when it ends. */
  readonly ended: Promise<never>
  /** Sends a signal to a program that goes on. */
  send(signal: NodeJS.Signals): void
  /** Sends a signal, and resolves when it has ended; a program that goes on after the signal is killed. */
  stop(signal: NodeJS.Signals): Promise<void>
}

/** Most of what a program writes that is kept, in characters. */
const maxOutput = 16_384
/** How long a program may take to end, in milliseconds. */
const endsWithinMs = 10_000

export function startProgram(path: string, args: readonly string[], options: ProgramOptions) {
  const child = launch(path, args, options)
  let output = ''
  let look: () => void = () => undefined
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-maxOutput)
      look()
    })
  }
  const ended = outcomeOf(child).then((outcome): never => {
    throw new Error(`${path} ${String(args[0])} ended, ${outcome}:\n${output}`)
  })
  // It may end when nobody waits for that.
  ended.catch(() => undefined)

  const program: Program = {
    ended,
    said: (pattern, timeoutMs) =>
      within(timeoutMs, `${path} says ${String(pattern)}`, [
        ended,
        new Promise<void>((resolve) => {
          look = () => {
            if (pattern.test(output)) resolve()
          }
          look()
        }),
      ]),
    send: (signal) => void child.kill(signal),
    async stop(signal) {
      if (child.exitCode !== null || child.signalCode !== null) return
      const timer = setTimeout(() => child.kill('SIGKILL'), endsWithinMs)
      child.kill(signal)
      await ended.catch(() => undefined)
      clearTimeout(timer)
    },
  }
  return program
}

/** Runs a program to its end. Rejects, with what it wrote, when that is not a good one. */
export async function runProgram(
  path: string,
  args: readonly string[],
  options: ProgramOptions,
  timeoutMs = 60_000,
): Promise<void> {
  const program = startProgram(path, args, options)
  try {
    await within(timeoutMs, `${path} ${String(args[0])} ends`, [
      program.ended.catch((error: unknown) => {
        if (!(error as Error).message.includes(' ended, with 0:')) throw error
      }),
    ])
  } finally {
    await program.stop('SIGKILL')
  }
}

function launch(path: string, args: readonly string[], options: ProgramOptions): ChildProcess {
  const { PATH = '/usr/bin:/bin' } = process.env
  const child = spawn(path, args, {
    cwd: options.cwd,
    // Nothing of the environment: a variable for another Kratos would configure this one.
    env: { PATH, LC_ALL: 'C', ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...options.owner,
  })
  const kill = (): void => void child.kill('SIGKILL')
  process.once('exit', kill)
  child.once('exit', () => process.removeListener('exit', kill))
  return child
}

async function outcomeOf(child: ChildProcess): Promise<string> {
  try {
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
    return code === null ? `by ${String(signal)}` : `with ${code}`
  } catch (error) {
    return (error as Error).message
  }
}

async function within<T>(ms: number, what: string, all: readonly Promise<T>[]): Promise<T> {
  const timer = new AbortController()
  const late = delay(ms, undefined, { signal: timer.signal }).then((): never => {
    throw new Error(`Not within ${ms} ms: ${what}`)
  })
  late.catch(() => undefined)
  try {
    return await Promise.race([...all, late])
  } finally {
    timer.abort()
  }
}

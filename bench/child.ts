import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { coreOf } from './core.js'
import type { Role } from './core.js'

/** Longest that a question to another process may take, in milliseconds. */
const patienceMs = 60_000

/** What another process is asked to do, by name. */
export type Tasks = Readonly<Record<string, (argument: never) => unknown>>

/** Another process of the benchmark. */
export interface Child<T extends Tasks> {
  /** Has a task done there. Rejects when that fails, or takes longer than a minute. */
  ask<Name extends keyof T & string>(
    task: Name,
    ...argument: Parameters<T[Name]>
  ): Promise<Awaited<ReturnType<T[Name]>>>
  stop(): Promise<void>
}

interface Question {
  readonly number: number
  readonly task: string
  readonly argument: unknown
}

interface Reply {
  readonly number: number
  readonly result?: unknown
  readonly error?: string
}

/** Starts a file of this folder as a process of its own, on the core of its role. */
export async function startChild<T extends Tasks>(
  file: string,
  role: Role,
  settings: object = {},
): Promise<Child<T>> {
  const core = coreOf(role)
  const node = [process.execPath, '--import', 'tsx']
  const [command, ...flags] = core === undefined ? node : ['taskset', '-c', String(core), ...node]
  const child: ChildProcess = fork(
    fileURLToPath(new URL(file, import.meta.url)),
    [JSON.stringify(settings)],
    { execPath: command, execArgv: flags },
  )
  let last = 0
  const waiting = new Map<number, (reply: Reply) => void>()
  child.on('message', (reply: Reply) => waiting.get(reply.number)?.(reply))
  child.on('exit', (code, signal) => {
    const error = `${file} ended with ${String(code ?? signal)}`
    for (const [number, settle] of waiting) settle({ number, error })
  })

  const ask = async (task: string, argument?: unknown): Promise<unknown> => {
    last += 1
    const number = last
    const reply = await new Promise<Reply>((resolve) => {
      const timer = setTimeout(
        () => resolve({ number, error: `${file} did not finish ${task} in time` }),
        patienceMs,
      )
      waiting.set(number, (settled) => {
        clearTimeout(timer)
        resolve(settled)
      })
      child.send({ number, task, argument } satisfies Question)
    })
    waiting.delete(number)
    if (reply.error !== undefined) throw new Error(reply.error)
    return reply.result
  }
  await ask('ready')
  return {
    ask: ask as Child<T>['ask'],
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const exit = once(child, 'exit')
      child.disconnect()
      await exit
    },
  }
}

/** The other end: does what the parent asks, and ends when the parent does. */
export function serve(tasks: Tasks): void {
  const all: Tasks = { ...tasks, ready: () => true }
  process.on('disconnect', () => process.exit())
  process.on('message', ({ number, task, argument }: Question) => {
    void (async () => all[task]?.(argument as never))().then(
      (result: unknown) => process.send?.({ number, result } satisfies Reply),
      (error: unknown) => process.send?.({ number, error: String(error) } satisfies Reply),
    )
  })
}

/** What `startChild` was given as settings. */
export function settingsOfChild(): unknown {
  return JSON.parse(process.argv[2] ?? '{}')
}

import { spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { resolve } from 'node:path'

/** The folder of the package. */
export const root = resolve(__dirname, '../..')
/** How long an example may take to say something, or to end, in milliseconds. */
const patienceMs = 90_000

/** An example that runs as a process of its own. */
export interface Example {
  /** Resolves to the match as soon as what was printed matches; rejects when the process is over. */
  waitFor(pattern: RegExp): Promise<RegExpExecArray>
  /** All that was printed so far, errors included. */
  output(): string
  kill(signal: NodeJS.Signals): void
  /** Resolves to the exit code, `null` for a process that was killed. */
  ended(): Promise<number | null>
  /** Ends it at once, if it still runs. */
  stop(): Promise<void>
}

const running = new Set<Example>()

/** Ends every example that still runs, also those that a failed test left behind. */
export async function stopExamples(): Promise<void> {
  await Promise.all([...running].map((example) => example.stop()))
}

/** Runs a shell command in the root of the package, on any free port unless `environment` says which. */
export function runExample(command: string, environment: NodeJS.ProcessEnv = {}): Example {
  const child = spawn('sh', ['-c', `exec ${command}`], {
    cwd: root,
    env: { ...process.env, ORY_SDK_URL: '', PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const news = new EventEmitter()
  let output = ''
  let isOver = false
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
      news.emit('news')
    })
  }
  child.once('close', () => {
    isOver = true
    running.delete(example)
    news.emit('news')
  })

  async function until<T>(found: () => T | undefined): Promise<T | undefined> {
    const timer = setTimeout(() => child.kill('SIGKILL'), patienceMs)
    let value = found()
    while (value === undefined && !isOver) {
      await once(news, 'news')
      value = found()
    }
    clearTimeout(timer)
    return value
  }

  const example: Example = {
    async waitFor(pattern) {
      const match = await until(() => pattern.exec(output) ?? undefined)
      if (match === undefined) throw new Error(`Nothing matches ${String(pattern)} in:\n${output}`)
      return match
    },
    output: () => output,
    kill: (signal) => void child.kill(signal),
    async ended() {
      await until(() => undefined)
      return child.exitCode
    },
    async stop() {
      child.kill('SIGKILL')
      await until(() => undefined)
    },
  }
  running.add(example)
  return example
}

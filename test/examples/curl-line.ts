import { execFile, spawnSync } from 'node:child_process'
import { promisify } from 'node:util'

/** A curl line that was printed, and the status that the comment above it promises. */
export interface CurlLine {
  readonly promised: number
  readonly command: string
}

/** Sends what a curl line says, and resolves to the status of the answer. */
export type Send = (command: string) => Promise<number>

export function readCurlLines(output: string): readonly CurlLine[] {
  return [...output.matchAll(/^# (\d{3}), .*\n(curl .*)$/gm)].map(([, status, command]) => ({
    promised: Number(status),
    command: command!,
  }))
}

/** As a newcomer does: pasted into a shell. */
const byCurl: Send = async (command) => {
  const { stdout } = await promisify(execFile)('sh', ['-c', command], { timeout: 20_000 })
  return Number(/^HTTP\/1\.1 (\d{3}) /.exec(stdout)?.[1])
}

/** For machines without curl, and so without anything to get wrong about its options. */
const byFetch: Send = async (command) => {
  const [, ...words] = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(
    ([, quoted, bare]) => quoted ?? bare!,
  )
  const headers: [string, string][] = []
  let [method, body, url]: (string | undefined)[] = []
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word === '-iw') words.shift()
    else if (word === '-X') method = words.shift()
    else if (word === '-d') body = words.shift()
    else if (word === '-H') headers.push(words.shift()!.split(/: (.*)/, 2) as [string, string])
    else url = word
  }
  const init = { method: method ?? (body === undefined ? 'GET' : 'POST'), headers }
  const response = await fetch(url!, body === undefined ? init : { ...init, body })
  await response.arrayBuffer()
  return response.status
}

/** The ways to send that there are on this machine. */
export const ways: readonly (readonly [name: string, send: Send])[] = [
  ['fetch', byFetch],
  ...(spawnSync('curl', ['--version']).status === 0 ? [['curl', byCurl] as const] : []),
]

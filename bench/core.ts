import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/**
 * What a process of the benchmark does. A member is one of several servers: on one core they would wait for
 * each other.
 */
export type Role = 'server' | 'load' | 'ory' | 'member'

/**
 * The core that a process is pinned to, so that the load does not take time from the server;
 * `undefined` where there is one core only, or no `taskset`.
 */
export function coreOf(role: Role): number | undefined {
  const [first, second, third] = cores
  if (second === undefined || !hasTaskset || role === 'member') return undefined
  return { server: first, load: second, ory: third ?? second }[role]
}

const cores = allowedCores()
const hasTaskset = spawnSync('taskset', ['--version']).status === 0

/** The cores this process may use, by Linux's account of them. */
function allowedCores(): number[] {
  let list: string | undefined
  try {
    list = /^Cpus_allowed_list:\s*(.*)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
  } catch {
    // Not Linux.
  }
  return (list ?? '').split(',').flatMap((range) => {
    const [from, to = from] = range.split('-')
    if (from === undefined || from === '') return []
    return Array.from({ length: Number(to) - Number(from) + 1 }, (_, index) => Number(from) + index)
  })
}

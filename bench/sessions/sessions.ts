import { startChild } from '../child.js'
import type { Child } from '../child.js'
import type { Findings, Part } from '../part.js'
import { median } from '../statistics.js'
import type { SessionsFindings, SessionsSettings, SessionsTasks } from './sessions-process.js'

/** How many sessions one task makes at most: more may take longer than anybody waits for a task. */
const perTask = 5_000

/** How many sessions there are: few, and a hundred times as many. */
export const [few, many] = [1_000, 100_000] as const

/** What is measured, by name, and how much more of it many sessions may cost than few. */
export const measures: readonly {
  readonly name: string
  readonly of: (findings: SessionsFindings) => number
  readonly mostGrowth?: number
}[] = [
  { name: 'invalidate by identity, µs', of: (one) => one.invalidateIdentityUs, mostGrowth: 3 },
  { name: 'invalidate by session, µs', of: (one) => one.invalidateSessionUs, mostGrowth: 3 },
  { name: 'bytes of heap per session, asked for again', of: (one) => one.heapBytes },
  { name: 'hit, ns, median', of: (one) => one.hit.median },
  { name: 'hit, ns, p99.9', of: (one) => one.hit.p999, mostGrowth: 2 },
  { name: 'longest pause while filling, ms', of: (one) => one.longestPauseMs, mostGrowth: 2 },
  { name: 'CPU of a miss, µs', of: (one) => one.missUs },
]

interface FilledCache {
  readonly child: Child<SessionsTasks>
  readonly parts: readonly { readonly from: number; readonly to: number }[]
  /** What each part showed while the cache was filled. */
  readonly fills: readonly { readonly longestPauseMs: number; readonly cpuUs: number }[]
}

/** Fills a cache in a process of its own, since a heap that was large once stays another. */
async function withSessions<T>(
  settings: SessionsSettings,
  measure: (filled: FilledCache) => Promise<T>,
): Promise<T> {
  const child = await startChild<SessionsTasks>(
    './sessions/sessions-process.ts',
    'server',
    settings,
  )
  const parts = Array.from({ length: Math.ceil(settings.sessions / perTask) }, (_, part) => ({
    from: part * perTask,
    to: Math.min((part + 1) * perTask, settings.sessions),
  }))
  try {
    await child.ask('begin')
    const fills = []
    for (const part of parts) fills.push(await child.ask('fill', part))
    return await measure({ child, parts, fills })
  } finally {
    await child.stop()
  }
}

/** Measures everything. */
export function measureSessions(settings: SessionsSettings): Promise<SessionsFindings> {
  return withSessions(settings, async ({ child, parts, fills }) => {
    for (const part of parts) await child.ask('hitAll', part)
    const heapBytes = await child.ask('heapBytes')
    // The first hits are those of a process that has just begun.
    await child.ask('hit')
    return {
      longestPauseMs: Math.max(...fills.map((one) => one.longestPauseMs)),
      missUs: fills.reduce((sum, { cpuUs }) => sum + cpuUs, 0) / settings.sessions,
      heapBytes,
      hit: await child.ask('hit'),
      invalidateIdentityUs: await child.ask('invalidateIdentityUs'),
      invalidateSessionUs: await child.ask('invalidateSessionUs'),
    }
  })
}

/** Measures `invalidate` alone, in microseconds, which takes a third of the time. */
export function measureInvalidate(
  sessions: number,
): Promise<Pick<SessionsFindings, 'invalidateIdentityUs' | 'invalidateSessionUs'>> {
  return withSessions({ sessions }, async ({ child }) => ({
    invalidateIdentityUs: await child.ask('invalidateIdentityUs'),
    invalidateSessionUs: await child.ask('invalidateSessionUs'),
  }))
}

/** What a hundred thousand sessions cost beside a thousand. */
export const manySessions: Part = async ({ isShort }) => {
  const runs: Record<typeof few | typeof many, SessionsFindings[]> = { [few]: [], [many]: [] }
  for (let round = 0; round < (isShort ? 1 : 3); round += 1) {
    for (const sessions of [few, many]) runs[sessions].push(await measureSessions({ sessions }))
  }
  const rows: Findings['rows'] = measures.map(({ name, of, mostGrowth }) => {
    const [atFew, atMany] = [median(runs[few].map(of)), median(runs[many].map(of))]
    const goal = mostGrowth === undefined ? '' : `≤ ${String(mostGrowth)} ×`
    return { name, values: [atFew, atMany, atMany / atFew, goal] }
  })
  return {
    title: 'A hundred thousand sessions',
    columns: [String(few), String(many), 'growth', 'goal'],
    rows,
  }
}

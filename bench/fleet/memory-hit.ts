import { startChild } from '../child.js'
import type { StubOryTasks } from '../stub-ory-process.js'
import type { MemoryHitSettings, MemoryHitTasks } from './memory-hit-process.js'

/** How many hits in memory an instance with a store answers, beside one without, in a process of their own. */
export async function compareMemoryHits(
  redisPort: number,
  rounds: number,
): Promise<{ readonly ratio: number; readonly noise: number }> {
  const stub = await startChild<StubOryTasks>('./stub-ory-process.ts', 'ory')
  const settings: MemoryHitSettings = { ory: await stub.ask('url'), redisPort }
  const file = './fleet/memory-hit-process.ts'
  const child = await startChild<MemoryHitTasks>(file, 'server', settings)
  try {
    return await child.ask('compare', rounds)
  } finally {
    await child.ask('close')
    await Promise.all([child, stub].map(async (one) => one.stop()))
  }
}

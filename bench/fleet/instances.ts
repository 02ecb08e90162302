import { createOrySession } from 'express-ory-session'
import type { OrySession, SessionClock, SessionStore } from 'express-ory-session'

/** A clock that stands still until it is moved, so that the TTL of a run does not depend on the machine. */
export interface MovedClock extends SessionClock {
  advance(ms: number): void
}

export function createMovedClock(): MovedClock {
  let passed = 0
  const start = Date.now()
  return {
    now: () => start + passed,
    monotonic: () => passed,
    advance: (ms) => void (passed += ms),
  }
}

export interface InstanceOptions {
  readonly clock?: SessionClock
  readonly storePollMs?: number
  readonly storeTimeoutMs?: number
  readonly cacheTtlMs?: number
}

/** Instances as processes of a fleet have them: nothing in common but the store. */
export function createInstances(
  url: string,
  stores: readonly (SessionStore | undefined)[],
  { clock, ...shared }: InstanceOptions = {},
): OrySession[] {
  const storeSecret = 'a secret of the benchmark, of 32 bytes and more'
  return stores.map((store) =>
    createOrySession({ url, clock, ...(store && { store, storeSecret, ...shared }) }),
  )
}

export async function closeAll(instances: readonly OrySession[]): Promise<void> {
  await Promise.all(instances.map((ory) => ory.close()))
}

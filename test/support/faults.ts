import type { FakeOry } from '../../lib/testing/index.js'

/** What the fake Ory takes for a fault. */
export type Fault = Parameters<FakeOry['fault']>

/** What Ory writes, and nobody else may see. */
export const upstreamText = 'UPSTREAM-CANARY-0123456789'

import type { Settings } from '../options/resolve-options.js'
import { createOryClient } from '../ory/ory-client.js'
import { logNameOf } from '../store/keyring.js'
import type { OryCheck } from './check.js'
import { createSubject } from './subject.js'
import type { Tried } from './subject.js'
import { createStoreProbe } from './store-probe.js'
import { runChecks } from './run-checks.js'

/** Examines the Ory of an application, on connections of its own, and its store. Never rejects. */
export async function checkOry(
  settings: Settings,
  tried: Tried = {},
): Promise<readonly OryCheck[]> {
  const { patienceMs = settings.timeoutMs } = tried
  const client = createOryClient({ ...settings, timeoutMs: patienceMs })
  const logName = logNameOf(settings.url.href)
  const probe = settings.fleet && createStoreProbe(settings.fleet.store, { ...settings, logName })
  try {
    return await runChecks(createSubject(settings, client, { store: probe, ...tried }))
  } finally {
    await client.close().catch(() => undefined)
  }
}

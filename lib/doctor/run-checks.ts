import type { Check, Finding, OryCheck } from './check.js'
import { address } from './check-address.js'
import { baseUrl } from './check-base-url.js'
import { clock } from './check-clock.js'
import { cookie } from './check-cookie.js'
import { cors } from './check-cors.js'
import { edgeCache } from './check-edge-cache.js'
import { latency } from './check-latency.js'
import { policies } from './check-policies.js'
import { rateLimit } from './check-rate-limit.js'
import { readiness } from './check-readiness.js'
import { requiredAal } from './check-required-aal.js'
import { returnTo } from './check-return-to.js'
import { session } from './check-session.js'
import { store } from './check-store.js'
import type { Subject } from './subject.js'

/** In the order of cause and effect: what comes first explains what comes later. */
const behindAddress: readonly Check[] = [
  readiness,
  clock,
  baseUrl,
  cookie,
  returnTo,
  session,
  requiredAal,
  policies,
  rateLimit,
  latency,
  edgeCache,
  cors,
]

/** Runs every check, one after another. Never rejects. */
export async function runChecks(subject: Subject): Promise<readonly OryCheck[]> {
  const first = await runOne(address, subject)
  const isOry = first.outcome === 'ok' || first.outcome === 'warning'
  const checks = [first]
  for (const check of behindAddress) {
    checks.push(isOry ? await runOne(check, subject) : skip(check))
  }
  checks.push(await runOne(store, subject))
  return checks
}

async function runOne({ name, run }: Check, subject: Subject): Promise<OryCheck> {
  return { name, ...(await run(subject).catch(failed)) }
}

/** Without this, an answer that no check foresaw would hide what the others found. */
function failed(): Finding {
  return {
    outcome: 'unasked',
    asked: 'this question',
    came: 'an answer that this check cannot read',
    means: 'What came is no answer of Ory.',
    fix: 'Run `express-ory-session doctor --json` and report the answer.',
  }
}

function skip({ name }: Check): OryCheck {
  return {
    name,
    outcome: 'skipped',
    asked: 'nothing, because the address does not answer as Ory does',
    came: 'nothing',
    means: 'Mend the address first.',
  }
}

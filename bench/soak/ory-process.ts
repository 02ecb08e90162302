import { createFakeOry } from 'express-ory-session/testing'
import type {
  FakeFault,
  FaultOptions,
  ScriptedFault,
  SignInOptions,
} from 'express-ory-session/testing'
import { serve } from '../child.js'

const fake = await createFakeOry()

let scripted: ScriptedFault[] = []
let served = 0

/** Counts what the faults have struck, and ends them. */
function heal(): void {
  served += scripted.reduce((sum, fault) => sum + fault.served, 0)
  scripted = []
  fake.heal()
}

const tasks = {
  url: () => fake.url,
  signIn(options: SignInOptions) {
    const { session, cookie, token } = fake.signIn(options)
    const expiresAt = Date.parse(session.expires_at)
    return { session: session.id, identity: session.identity.id, cookie, token, expiresAt }
  },
  revoke: (session: string) => fake.revoke(session),
  revokeAll: (identity: string) => fake.revokeAll(identity),
  deactivate: (identity: string) => fake.deactivate(identity),
  stepUp: (session: string) => fake.stepUp(session).cookie,
  refresh: (session: string) => fake.refresh(session).cookie,
  reissue: (session: string) => fake.reissue(session).cookie,
  /** Resolves to when it expires then. */
  extend: ({ session, byMs }: { session: string; byMs: number }) =>
    Date.parse(fake.extend(session, byMs).expires_at),
  expiresAt: (session: string) => Date.parse(fake.session(session).expires_at),
  update: ({ identity, version }: { identity: string; version: number }) =>
    fake.updateIdentity(identity, { metadataPublic: { version } }),
  fault: ({
    fault,
    options,
  }: {
    fault: Exclude<FakeFault, (answer: never) => unknown>
    options: FaultOptions
  }) => void scripted.push(fake.fault(fault, options)),
  stopDatabase: () => fake.database.stop(),
  startDatabase: () => fake.database.start(),
  heal,
  counts: () => ({
    whoami: fake.calls.whoami,
    ready: fake.calls.ready,
    open: fake.calls.open,
    faults: served + scripted.reduce((sum, fault) => sum + fault.served, 0),
  }),
}

export type OryTasks = typeof tasks

serve(tasks)

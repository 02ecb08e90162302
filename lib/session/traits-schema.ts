import { Fault } from '../shared/fault.js'
import type { Session } from './session.js'

/**
 * The part of Standard Schema that is used here; Zod, Valibot, ArkType and others implement it.
 *
 * @see https://standardschema.dev
 */
export interface StandardSchema<Output = unknown> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined
  }
}

type SchemaResult<Output> =
  { readonly value: Output; readonly issues?: undefined } | { readonly issues: readonly unknown[] }

/**
 * Puts what the application's schema makes of the traits where the traits were, before the session is
 * shared. Traits that it refuses are a fault: the application does not learn who it is as it needs to,
 * and that is neither "logged out" nor "let in".
 */
export async function applySchema(schema: StandardSchema, session: Session): Promise<void> {
  const result = await schema['~standard'].validate(session.identity.traits)
  if (result.issues !== undefined) throw new Fault('traits')
  Object.assign(session.identity, { traits: result.value })
}

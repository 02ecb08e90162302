/**
 * Tunes the types of this package for one application, by declaration merging:
 *
 * ```ts
 * declare module 'express-ory-session' {
 *   interface Register {
 *     property: 'ory' // req.ory instead of req.session
 *     traits: { email: string }
 *     metadataPublic: { role: string }
 *   }
 * }
 * ```
 *
 * It changes types alone: pass the same `property` to `createOrySession`.
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- it is there to be merged with
export interface Register {}

/** The property of `req` that holds the session: the registered one, or `'session'`. */
export type RegisteredProperty = Register extends { property: infer P extends string }
  ? P
  : 'session'

/** The type of `session.identity.traits`: the registered one, or an object of unknown values. */
export type RegisteredTraits = Register extends { traits: infer T } ? T : Record<string, unknown>

/** The type of `session.identity.metadata_public`: the registered one, or an object of unknown values. */
export type RegisteredMetadataPublic = Register extends { metadataPublic: infer M }
  ? M
  : Record<string, unknown>

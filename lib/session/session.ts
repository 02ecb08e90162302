import type { RegisteredMetadataPublic, RegisteredTraits } from '../shared/register.js'

/** An authenticator assurance level as Ory names it. */
export type AuthenticatorAssuranceLevel = 'aal0' | 'aal1' | 'aal2' | 'aal3'

/** The name of a way to authenticate, as in `authentication_methods[].method`. */
export type AuthenticationMethodName =
  | 'password'
  | 'oidc'
  | 'totp'
  | 'lookup_secret'
  | 'webauthn'
  | 'code'
  | 'passkey'
  | 'profile'
  | 'saml'
  | 'deviceauthn'
  | 'link_recovery'
  | 'code_recovery'

/** One step of the login that made the session. */
export interface AuthenticationMethod {
  readonly method: AuthenticationMethodName
  readonly aal?: AuthenticatorAssuranceLevel
  readonly completed_at?: string
  readonly organization?: string
  readonly provider?: string
  readonly upstream_acr?: string
  readonly upstream_amr?: string[]
}

/** An address that the identity can prove to be its own. */
export interface VerifiableAddress {
  readonly id?: string
  readonly value: string
  readonly verified: boolean
  readonly via: 'email' | 'sms'
  readonly status: string
  readonly verified_at?: string
  readonly created_at?: string
  readonly updated_at?: string
}

/** An address that the identity can be recovered by. */
export interface RecoveryAddress {
  readonly id?: string
  readonly value: string
  readonly via: string
  readonly created_at?: string
  readonly updated_at?: string
}

/** A device that the session was used on. */
export interface SessionDevice {
  readonly id: string
  readonly ip_address?: string
  readonly user_agent?: string
  readonly location?: string
}

/** Whose session it is. */
export interface Identity<Traits = RegisteredTraits, MetadataPublic = RegisteredMetadataPublic> {
  readonly id: string
  readonly schema_id: string
  readonly schema_url: string
  readonly state?: 'active' | 'inactive'
  readonly state_changed_at?: string
  readonly traits: Traits
  readonly verifiable_addresses?: VerifiableAddress[]
  readonly recovery_addresses?: RecoveryAddress[]
  readonly metadata_public?: (MetadataPublic & object) | null
  readonly organization_id?: string | null
  readonly external_id?: string
  readonly created_at?: string
  readonly updated_at?: string
}

/**
 * A live session as Ory's `GET /sessions/whoami` sends it, names and ISO 8601 strings unchanged.
 * It is deep-frozen, because requests share it: arrays are typed as mutable only so that it stays
 * assignable to `Session` of `@ory/client`; changing one throws.
 *
 * @see https://www.ory.com/docs/reference/api#tag/frontend/operation/toSession
 */
export interface Session<Traits = RegisteredTraits, MetadataPublic = RegisteredMetadataPublic> {
  readonly id: string
  readonly active: true
  readonly expires_at: string
  readonly authenticated_at: string
  readonly authenticator_assurance_level: AuthenticatorAssuranceLevel
  readonly authentication_methods: AuthenticationMethod[]
  readonly issued_at: string
  readonly identity: Identity<Traits, MetadataPublic>
  readonly devices?: SessionDevice[]
  readonly tokenized?: string
  /**
   * Not of Ory's: `true` where Ory gives no answer and this is what it said before, in the grace
   * that `staleIfErrorMs` allows. Not enumerable, so it goes into no JSON.
   */
  readonly stale?: true
}

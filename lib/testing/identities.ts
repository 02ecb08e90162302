import { randomUUID } from 'node:crypto'
import type { Session } from '../session/session.js'
import { copyJson } from './freeze.js'
import type { Timestamp } from './timestamp.js'

type Identity = Session['identity']

/** What can be changed about a person. */
export interface IdentityChanges {
  /** A string under `email` becomes a verifiable and recovery address. */
  readonly traits?: object
  readonly metadataPublic?: object | null
  /** Whether the address has been verified. */
  readonly verified?: boolean
  /** Whether a second factor is enrolled, used or not. */
  readonly secondFactor?: boolean
}

/** A person that the fake knows. */
export interface IdentityRecord extends Required<IdentityChanges> {
  readonly id: string
  readonly state: 'active' | 'inactive'
  readonly addressIds: readonly [verifiable: string, recovery: string]
  readonly stateChangedAt: Timestamp
  readonly createdAt: Timestamp
  readonly updatedAt: Timestamp
}

/** A person who was made up just now. */
export function newIdentity(
  id: string | undefined,
  changes: IdentityChanges,
  now: Timestamp,
): IdentityRecord {
  const newId = id ?? randomUUID()
  return {
    id: newId,
    state: 'active',
    // Nobody shares an address with somebody else.
    traits: { email: `${newId.slice(0, 8)}@example.com` },
    metadataPublic: null,
    verified: true,
    secondFactor: false,
    ...known(changes),
    addressIds: [randomUUID(), randomUUID()],
    stateChangedAt: now,
    createdAt: now,
    updatedAt: now,
  }
}

export function changeIdentity(
  identity: IdentityRecord,
  changes: IdentityChanges,
  now: Timestamp,
): IdentityRecord {
  const given = known(changes)
  return Object.keys(given).length === 0 ? identity : { ...identity, ...given, updatedAt: now }
}

export function setState(
  identity: IdentityRecord,
  state: 'active' | 'inactive',
  now: Timestamp,
): IdentityRecord {
  return { ...identity, state, stateChangedAt: now, updatedAt: now }
}

/** The identity the way whoami sends it, members in Kratos' order. */
export function identityBody(
  record: IdentityRecord,
  { publicUrl, schemaId }: { publicUrl: string; schemaId: string },
): Identity {
  return {
    id: record.id,
    schema_id: schemaId,
    schema_url: `${publicUrl}/schemas/${Buffer.from(schemaId).toString('base64url')}`,
    state: record.state,
    state_changed_at: record.stateChangedAt.text,
    traits: record.traits as Identity['traits'],
    ...addresses(record),
    metadata_public: record.metadataPublic as NonNullable<Identity['metadata_public']> | null,
    created_at: record.createdAt.text,
    updated_at: record.updatedAt.text,
    organization_id: null,
  }
}

function addresses(
  record: IdentityRecord,
): Pick<Identity, 'verifiable_addresses' | 'recovery_addresses'> {
  // An admin can import traits that are `null`.
  const value = (record.traits as Record<string, unknown> | null)?.['email']
  if (typeof value !== 'string') return {}
  const [verifiable, recovery] = record.addressIds
  const { verified, createdAt } = record
  const via = 'email'
  const proof = verified
    ? { status: 'completed', verified_at: createdAt.text }
    : { status: 'pending' }
  const times = { created_at: createdAt.text, updated_at: createdAt.text }
  return {
    verifiable_addresses: [{ id: verifiable, value, verified, via, ...proof, ...times }],
    recovery_addresses: [{ id: recovery, value, via, ...times }],
  }
}

/** The changes that are really given, and of a caller's objects a copy. */
function known({
  traits,
  metadataPublic,
  verified,
  secondFactor,
}: IdentityChanges): IdentityChanges {
  return {
    ...(traits === undefined ? {} : { traits: copyJson(traits) }),
    ...(metadataPublic === undefined ? {} : { metadataPublic: copyJson(metadataPublic) }),
    ...(verified === undefined ? {} : { verified }),
    ...(secondFactor === undefined ? {} : { secondFactor }),
  }
}

import { start } from './fake-clock.js'

/** A value that no message may repeat. */
export const secret = 'hunter2-do-not-tell'

/** What whoami answers for a session, as parsed JSON; members can be replaced. */
export function sessionBody(members: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id: 'e1a5c2a4-0000-4000-8000-000000000001',
    active: true,
    expires_at: new Date(start + 86_400_000).toISOString(),
    authenticated_at: new Date(start - 60_000).toISOString(),
    authenticator_assurance_level: 'aal1',
    authentication_methods: [
      { method: 'password', aal: 'aal1', completed_at: new Date(start - 60_000).toISOString() },
    ],
    issued_at: new Date(start - 60_000).toISOString(),
    identity: identityBody(),
    devices: [{ id: 'e1a5c2a4-0000-4000-8000-000000000003', user_agent: 'node' }],
    ...members,
  }
}

export function identityBody(members: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id: 'e1a5c2a4-0000-4000-8000-000000000002',
    schema_id: 'person',
    schema_url: 'http://kratos.example/schemas/cGVyc29u',
    state: 'active',
    traits: { email: 'alice@example.com', name: { first: 'Alice' } },
    verifiable_addresses: [
      {
        id: 'e1a5c2a4-0000-4000-8000-000000000004',
        value: 'alice@example.com',
        verified: true,
        via: 'email',
        status: 'completed',
      },
    ],
    recovery_addresses: [{ value: 'alice@example.com', via: 'email' }],
    metadata_public: { role: 'admin' },
    organization_id: null,
    ...members,
  }
}

import type { Person } from '../ory.js'
import { send, type Received, type Sent } from './http.js'

/** The admin API of a Kratos, as far as the table needs it. */
export function createAdmin(url: string) {
  async function call(sent: Sent, ...expected: number[]): Promise<Received> {
    const answer = await send(url, sent)
    if (expected.includes(answer.status)) return answer
    throw new Error(
      `${sent.method ?? 'GET'} ${sent.path} of the admin API: ${expected.join(' or ')} expected, ` +
        `${answer.status} came: ${JSON.stringify(answer.body)}`,
    )
  }

  return {
    async createIdentity({ traits, verified, metadataPublic }: Person, password: string) {
      const json = {
        schema_id: 'person',
        traits,
        credentials: { password: { config: { password } } },
        ...(metadataPublic && { metadata_public: metadataPublic }),
        ...(verified && {
          verifiable_addresses: [
            { value: traits.email, verified, via: 'email', status: 'completed' },
          ],
        }),
      }
      const answer = await call({ method: 'POST', path: '/admin/identities', json }, 201)
      return (answer.body as { id: string }).id
    },
    async deactivate(identity: string) {
      const json = [{ op: 'replace', path: '/state', value: 'inactive' }]
      await call({ method: 'PATCH', path: `/admin/identities/${identity}`, json }, 200)
    },
    async changeTraits(identity: string, traits: object) {
      const json = [{ op: 'replace', path: '/traits', value: traits }]
      await call({ method: 'PATCH', path: `/admin/identities/${identity}`, json }, 200)
    },
    /** A link that recovers an account without a mail. */
    async recoveryLink(identity: string) {
      const sent = { method: 'POST', path: '/admin/recovery/link', json: { identity_id: identity } }
      return ((await call(sent, 200)).body as { recovery_link: string }).recovery_link
    },
    async revoke(session: string) {
      await call({ method: 'DELETE', path: `/admin/sessions/${session}` }, 204)
    },
    async extend(session: string) {
      await call({ method: 'PATCH', path: `/admin/sessions/${session}/extend` }, 200, 204)
    },
  }
}

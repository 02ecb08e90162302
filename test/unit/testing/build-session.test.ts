import { describe, expect, it } from '@jest/globals'
import { buildSession } from '../../../lib/testing/index.js'
import type { Session } from '../../../lib/session/session.js'
import { recordings } from '../../support/recordings.js'

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Only the names and the types. */
function typesOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(typesOf)
  if (typeof value !== 'object' || value === null) return value === null ? null : typeof value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, typesOf(member)]))
}

describe('buildSession', () => {
  it('has the members that a real session has', () => {
    const recorded = recordings.get('200-token-aal1')!.response.body as Session
    const { traits, metadata_public } = recorded.identity
    const built = buildSession({ identity: { traits, metadata_public: metadata_public! } })

    expect(typesOf(built)).toEqual(typesOf(recorded))
  })

  it('is live, and another one each time', () => {
    const [one, two] = [buildSession(), buildSession()]

    expect(one.active).toBe(true)
    expect(Date.parse(one.expires_at)).toBeGreaterThan(Date.now())
    expect(one.id).toMatch(uuid)
    expect(one.identity.id).toMatch(uuid)
    expect(one.id).not.toBe(two.id)
    expect(one.identity.id).not.toBe(two.identity.id)
  })

  it('takes members, those of identity one by one', () => {
    const session = buildSession({
      authenticator_assurance_level: 'aal2',
      identity: { metadata_public: { role: 'admin' } },
    })

    expect(session).toMatchObject({
      active: true,
      authenticator_assurance_level: 'aal2',
      identity: { state: 'active', metadata_public: { role: 'admin' } },
    })
  })

  it('is frozen through and through, and leaves what it was given alone', () => {
    const traits = { tags: ['a'] }
    const session = buildSession({ identity: { traits } })
    traits.tags.push('b')

    expect(session.identity.traits).toEqual({ tags: ['a'] })
    expect(Object.isFrozen(session)).toBe(true)
    expect(Object.isFrozen(session.identity.traits['tags'])).toBe(true)
    expect(Object.isFrozen(session.authentication_methods[0])).toBe(true)
  })
})

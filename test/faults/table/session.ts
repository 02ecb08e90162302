import { upstreamText } from '../../support/faults.js'
import type { Fault } from '../fault.js'
import { message } from '../network/message.js'
import type { faultNames } from '../names.js'

type Json = Record<string, unknown>

/** The right session with other members; `undefined` takes one out. */
const changed = (change: (identity: Json) => Json): Fault => ({
  reason: 'invalid_response',
  isWhole: true,
  answer(socket, right) {
    const session = JSON.parse(right.body) as Json & { identity: Json }
    const body = JSON.stringify({ ...session, ...change(session.identity) })
    socket.write(message(right.status, right.headers, body))
  },
})

const own = (members: Json): Fault => changed(() => members)
const identity = (members: Json): Fault =>
  changed((right) => ({ identity: { ...right, ...members } }))

export const session: Readonly<Record<(typeof faultNames)['session'][number], Fault>> = {
  'no id': own({ id: undefined }),
  'no active': own({ active: undefined }),
  'no expires_at': own({ expires_at: undefined }),
  'no authenticated_at': own({ authenticated_at: undefined }),
  'no issued_at': own({ issued_at: undefined }),
  'no authenticator_assurance_level': own({ authenticator_assurance_level: undefined }),
  'no authentication_methods': own({ authentication_methods: undefined }),
  'no identity': own({ identity: undefined }),
  'no identity.id': identity({ id: undefined }),
  'no identity.traits': identity({ traits: undefined }),
  'a text for active': own({ active: 'true' }),
  'a number for expires_at': own({ expires_at: 4_000_000_000 }),
  'no date in expires_at': own({ expires_at: upstreamText }),
  'an unknown level': own({ authenticator_assurance_level: upstreamText }),
  'an object for authentication_methods': own({ authentication_methods: { method: 'password' } }),
  'a text for identity': own({ identity: upstreamText }),
  'a number for identity.id': identity({ id: 7 }),
  // Without a schema, traits are whatever JSON Ory has.
  'a text for identity.traits': { ...identity({ traits: upstreamText }), reason: 'live' },
}

import { describe, expect, it } from '@jest/globals'
import type { OptionalPolicy } from '../../lib/index.js'
import type { FakeOry, SignedIn } from '../../lib/testing/index.js'
import { expectNoSecret } from '../support/canary.js'
import { frameworks } from '../support/frameworks.js'
import { byCookie, byToken, createWorld } from '../support/world.js'

const world = createWorld()

describe.each(frameworks)('no secret is shown under $name', (framework) => {
  it.each<[string, OptionalPolicy, (fake: FakeOry, signedIn: SignedIn) => void]>([
    ['401', {}, (fake, signedIn) => fake.revoke(signedIn)],
    ['403', { aal: 'aal2' }, () => undefined],
    ['forbidden', { allow: () => false }, () => undefined],
    ['503', {}, (fake) => void fake.fault(500)],
  ])('in a %s', async (_name, policy, arrange) => {
    for (const carry of [byToken, byCookie]) {
      const { fake, ory, site, get } = await world.start({
        framework,
        policy,
        options: { onDenied: (error, _request, _response, next) => next(error) },
      })
      const signedIn = fake.signIn()
      arrange(fake, signedIn)

      const reply = await get(carry(signedIn)).expect(500)

      const secrets = [signedIn.token, signedIn.cookie.split('=')[1]!]
      expect(site.errors).toHaveLength(1)
      expectNoSecret(site.errors[0], secrets)
      expectNoSecret([reply.headers, reply.text, ory.stats()], secrets)
    }
  })
})

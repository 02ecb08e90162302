import { describe, expect, it } from '@jest/globals'
import { byCookie, byMadeUp, byToken, createWorld, get } from '../support/world.js'

const world = createWorld()
const native = globalThis.Promise

/** A promise of a library, which is none of the engine's. */
class Foreign {
  readonly inner: Promise<unknown>

  constructor(work: ConstructorParameters<PromiseConstructor>[0]) {
    this.inner = new native(work)
  }

  then(...handlers: Parameters<Promise<unknown>['then']>): Foreign {
    return new Foreign((resolve, reject) => {
      this.inner.then(...handlers).then(resolve, reject)
    })
  }

  catch(handler: (error: unknown) => unknown): Foreign {
    return this.then(undefined, handler)
  }

  static resolve(value: unknown): Foreign {
    return new Foreign((resolve) => resolve(value))
  }

  static all(values: readonly unknown[]): Foreign {
    return new Foreign((resolve, reject) => {
      native.all(values).then(resolve, reject)
    })
  }

  static reject(error: unknown): Foreign {
    return new Foreign((_resolve, reject) => reject(error))
  }
}

/** Runs work while another Promise is installed. */
async function under(replacement: unknown, work: () => Promise<void>): Promise<void> {
  globalThis.Promise = replacement as PromiseConstructor
  try {
    await work()
  } finally {
    globalThis.Promise = native
  }
}

describe.each<[string, unknown]>([
  ['a subclass', class Other extends native<unknown> {}],
  ['a library without finally and allSettled', Foreign],
])('another Promise on globalThis: %s', (_name, replacement) => {
  it('changes no decision', async () => {
    const { fake, ory, site } = await world.start({ options: { connections: 1 } })
    const [one, other] = [fake.signIn(), fake.signIn()]
    const statuses: number[] = []
    const codes: unknown[] = []
    await under(replacement, async () => {
      for (const headers of [byCookie(one), byCookie(one), byMadeUp(1)]) {
        statuses.push((await get(site, headers)).status)
      }
      // At once, so that some wait for the one connection.
      const asked = [byToken(other), byMadeUp(2), byMadeUp(3)].map((headers) =>
        ory.authenticate({ headers }),
      )
      for (const result of asked) codes.push((await result).error?.code)
      await ory.close()
    })

    expect(statuses).toEqual([200, 200, 401])
    expect(codes).toEqual([undefined, 'session_invalid', 'session_invalid'])
  })

  it('lets nobody in where the answer had begun', async () => {
    const { fake, site } = await world.start({
      before: [
        (_request, response, next) => {
          response.write('begun')
          next()
        },
      ],
    })
    await under(replacement, async () => {
      for (const headers of [byMadeUp(1), byCookie(fake.signIn()), byMadeUp(2)]) {
        await get(site, headers).catch(() => undefined)
      }
    })

    expect(site.handled).toBe(1)
  })

  it('ends a session', async () => {
    const { fake, ory } = await world.start()
    const site = await world.site(ory.logout())
    const signedIn = fake.signIn()
    await under(replacement, async () => {
      expect((await get(site, byToken(signedIn))).status).toBe(204)
    })

    expect(fake.session(signedIn).active).toBe(false)
  })
})

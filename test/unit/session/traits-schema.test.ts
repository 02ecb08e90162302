import { describe, expect, it } from '@jest/globals'
import { inspect } from 'node:util'
import { z } from 'zod'
import type { Session } from '../../../lib/session/session.js'
import { applySchema, type StandardSchema } from '../../../lib/session/traits-schema.js'
import { Fault } from '../../../lib/shared/fault.js'
import { identityBody, secret, sessionBody } from '../support/session-body.js'

type Validate = StandardSchema['~standard']['validate']

const session = (traits: unknown = { email: 'alice@example.com' }): Session =>
  sessionBody({ identity: identityBody({ traits }) }) as unknown as Session

const schema = (validate: Validate): StandardSchema => ({
  '~standard': { version: 1, vendor: 'test', validate },
})

describe('applySchema', () => {
  it.each<[string, StandardSchema]>([
    ['at once', schema((value) => ({ value: { ...(value as object), domain: 'example.com' } }))],
    [
      'in time',
      schema(async (value) => ({ value: { ...(value as object), domain: 'example.com' } })),
    ],
    [
      'as a function, as ArkType’s do',
      Object.assign(
        () => undefined,
        schema((value) => ({ value: { ...(value as object), domain: 'example.com' } })),
      ),
    ],
    [
      'as Zod does',
      z
        .object({ email: z.email() })
        .transform(({ email }) => ({ email, domain: email.split('@')[1] })),
    ],
  ])('replaces them by what a schema makes of them, made %s', async (_title, given) => {
    const made = session()
    await applySchema(given, made)
    expect(made.identity.traits).toEqual({ email: 'alice@example.com', domain: 'example.com' })
    expect({ ...made.identity, traits: undefined }).toEqual({
      ...session().identity,
      traits: undefined,
    })
  })

  it.each<[string, StandardSchema]>([
    [
      'at once',
      schema((value) => ({ issues: [{ message: `not good: ${JSON.stringify(value)}` }] })),
    ],
    ['in time', schema(async () => ({ issues: [{ message: secret }] }))],
    ['without saying why', schema(() => ({ issues: [] }))],
    ['as Zod does', z.object({ email: z.email() })],
  ])(
    'has a fault where a schema refuses them %s, and repeats nothing of them',
    async (_title, given) => {
      const refusal: unknown = await applySchema(given, session({ email: secret })).catch(
        (error: unknown) => error,
      )
      expect(refusal).toBeInstanceOf(Fault)
      expect(refusal).toMatchObject({ reason: 'traits' })
      expect(inspect(refusal)).not.toContain(secret)
    },
  )

  it('hands on what a schema throws', async () => {
    const thrown = new RangeError('a bug in the schema')
    const thrower = schema(() => {
      throw thrown
    })
    await expect(applySchema(thrower, session())).rejects.toBe(thrown)
    await expect(
      applySchema(
        schema(() => Promise.reject(thrown)),
        session(),
      ),
    ).rejects.toBe(thrown)
  })
})

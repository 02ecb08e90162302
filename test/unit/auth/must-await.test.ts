import { describe, expect, it } from '@jest/globals'
import { inspect, types } from 'node:util'
import { createMustAwait } from '../../../lib/auth/must-await.js'

const names = ['session', 'error']
const mustAwait = createMustAwait(names, 'ory.authenticate(request)')

describe('createMustAwait', () => {
  it.each(names)('lets nobody read `%s` from the promise', (name) => {
    const promise = mustAwait(Promise.resolve({}))
    expect(() => Reflect.get(promise, name)).toThrow(
      `\`${name}\` was read from the promise of ory.authenticate(request); write \`await ory.authenticate(request)\``,
    )
    expect(() => Reflect.get(promise, name)).toThrow(TypeError)
  })

  it('leaves a promise that can be awaited, joined and shown', async () => {
    const result = { session: 'ada' }
    const promise = mustAwait(Promise.resolve(result))
    expect(types.isPromise(promise)).toBe(true)
    expect(promise).toBeInstanceOf(Promise)
    expect(Promise.resolve(promise)).toBe(promise)
    expect(await promise).toBe(result)
    expect(await Promise.all([promise])).toEqual([result])
    expect(await Promise.race([promise])).toBe(result)
    expect(Object.getPrototypeOf(promise.then(() => 1))).toBe(Promise.prototype)
    expect(inspect(promise)).toContain('ada')
    expect(JSON.stringify({ promise })).toBe('{"promise":{}}')
  })

  it('leaves a rejection as it is', async () => {
    const error = new Error('mistake')
    await expect(mustAwait(Promise.reject(error))).rejects.toBe(error)
    await expect(mustAwait(Promise.reject(error)).finally(() => undefined)).rejects.toBe(error)
  })
})

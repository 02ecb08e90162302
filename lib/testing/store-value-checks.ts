import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import type { StoreCheck, StoreScene } from './store-scene.js'

/** A record is as long as this at most. */
const longest = 360_000

/** What a store has to keep of its values. */
export function valueChecks({ store, other, name }: StoreScene): StoreCheck[] {
  return [
    {
      name: 'a key that was never set has no value',
      async run() {
        isAbsent(
          await store.get(name()),
          'get: return undefined or null for a key that is not there',
        )
      },
    },
    {
      name: 'another process reads a value as it was set',
      async run() {
        const key = name()
        await store.set(key, '1.kid.AZaz09-_+/==', 60_000)
        const value: unknown = (await other.get(key))?.value
        assert.equal(typeof value, 'string', 'get: return { value, ttlMs } with value a string')
        assert.equal(value, '1.kid.AZaz09-_+/==', 'get: return the characters that were set')
      },
    },
    {
      name: 'a value of the greatest length comes back whole',
      async run() {
        const key = name()
        await store.set(key, 'x'.repeat(longest), 60_000)
        const length = (await other.get(key))?.value.length
        assert.equal(length, longest, `set: allow values of ${String(longest)} characters`)
      },
    },
    {
      name: 'a later value replaces an earlier one, and so does its expiry',
      async run() {
        const key = name()
        await store.set(key, 'one', 1_000)
        await other.set(key, 'two', 60_000)
        const { value, ttlMs = Infinity } = (await store.get(key)) ?? {}
        assert.equal(value, 'two', 'set: replace the value that was there')
        const text = `set: replace the expiry too, in milliseconds; get says ${String(ttlMs)} left of 60000`
        assert.ok(ttlMs > 1_000, text)
      },
    },
    {
      name: 'the time left is in milliseconds and never more than it is, if the store tells it',
      async run() {
        const key = name()
        await store.set(key, 'value', 5_000)
        await delay(60)
        const ttlMs: unknown = (await store.get(key))?.ttlMs
        if (ttlMs === undefined) return
        const text = `get: ttlMs is what is left of 5000 ms after 60 ms, rounded down, or undefined; it is`
        assert.ok(typeof ttlMs === 'number', `${text} a ${typeof ttlMs}`)
        assert.ok(ttlMs > 0 && ttlMs <= 4_950, `${text} ${String(ttlMs)}`)
      },
    },
    {
      name: 'a value is gone after its time',
      async run() {
        const key = name()
        await store.set(key, 'value', 50)
        await delay(120)
        const text =
          'get: return nothing after ttlMs milliseconds; if the engine removes late or knows whole seconds, keep the end beside the value and compare'
        isAbsent(await store.get(key), text)
      },
    },
    {
      name: 'a value is gone after it was deleted, and a second deletion is no error',
      async run() {
        const key = name()
        await store.set(key, 'value', 60_000)
        await store.delete(key)
        await assert.doesNotReject(
          async () => store.delete(key),
          'delete: resolve for a key that is not there, too',
        )
        isAbsent(await other.get(key), 'delete: remove the value for all processes')
      },
    },
  ]
}

function isAbsent(found: unknown, message: string): void {
  assert.ok(found == null, message)
}

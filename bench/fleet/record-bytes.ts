import { createMemoryStore } from 'express-ory-session/testing'
import { startStubOry } from '../stub-ory.js'
import { sessionCookie } from '../visitor.js'
import { closeAll, createInstances } from './instances.js'

/** What a session takes in the store, in bytes, and how long Ory's own text of it is. */
export async function measureRecord(): Promise<{ stored: number; json: number }> {
  const stub = await startStubOry()
  const store = createMemoryStore()
  const [ory] = createInstances(stub.url, [store])
  try {
    const { session } = await ory!.authenticate({ headers: { cookie: sessionCookie(1) } })
    const [name, value] = Object.entries(store.dump()).find(([, one]) => typeof one === 'string')!
    return { stored: name.length + String(value).length, json: JSON.stringify(session).length }
  } finally {
    await closeAll([ory!])
    await stub.close()
  }
}

import { describe, expect, it } from '@jest/globals'
import type { ExecutionContext } from '@nestjs/common'
import { checkedOn, noteChecked } from '../../../lib/nest/checked.js'
import type { Session } from '../../../lib/session/session.js'

const found = { session: { id: 'ada' } as Session }
const say = (): void => undefined
const clear = (): void => undefined

/** What Nest passes for a message of a socket. */
function message(request: object, handler: () => void): ExecutionContext {
  const context = {
    getType: () => 'ws',
    getHandler: () => handler,
    switchToWs: () => ({ getClient: () => ({ request }) }),
  }
  return context as unknown as ExecutionContext
}

/** What Nest passes for a field. */
function field(held: object): ExecutionContext {
  const context = {
    getType: () => 'graphql',
    getArgByIndex: (index: number) => (index === 2 ? held : undefined),
  }
  return context as unknown as ExecutionContext
}

describe('noteChecked', () => {
  it('notes a check for the handler of a message alone, because a socket lives long', () => {
    const request = { headers: {} }
    noteChecked(message(request, say), found)
    expect(checkedOn(message(request, say))).toBe(found)
    expect(checkedOn(message(request, clear))).toBeUndefined()
    expect(checkedOn(message({ headers: {} }, say))).toBeUndefined()
  })

  it('notes a check for all fields of a query, and for no other query of the same socket', () => {
    const request = { headers: {} }
    const held = { req: request }
    noteChecked(field(held), found)
    expect(checkedOn(field(held))).toBe(found)
    expect(checkedOn(field({ req: request }))).toBeUndefined()
  })

  it('finds nothing for another request in a context that an application uses again', () => {
    const held = { req: { headers: {} } }
    noteChecked(field(held), found)
    held.req = { headers: {} }
    expect(checkedOn(field(held))).toBeUndefined()
  })
})

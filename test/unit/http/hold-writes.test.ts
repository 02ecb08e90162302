import { PassThrough } from 'node:stream'
import { describe, expect, it } from '@jest/globals'
import { holdWrites } from '../../../lib/http/hold-writes.js'

const refuse = (): Error => new Error('too early')

describe('holdWrites', () => {
  it('closes a socket that is written to, and throws', () => {
    const socket = new PassThrough()
    holdWrites(socket, refuse)
    expect(() => socket.write('101')).toThrow('too early')
    expect([socket.destroyed, socket.read()]).toEqual([true, null])
  })

  it('lets a last answer out, and leaves nothing on the socket', () => {
    const socket = new PassThrough()
    const release = holdWrites(socket, refuse)
    socket.end('503')
    expect(String(socket.read())).toBe('503')
    release()
    expect(Object.hasOwn(socket, 'write')).toBe(false)
  })

  it('gives back a function of another owner', () => {
    const socket = new PassThrough()
    const own = socket.write.bind(socket)
    socket.write = own
    holdWrites(socket, refuse)()
    expect(socket.write).toBe(own)
  })

  it.each(['first', 'second'])('holds until both of two are done, the %s one first', (first) => {
    const socket = new PassThrough()
    const releases = [holdWrites(socket, refuse), holdWrites(socket, refuse)]
    if (first === 'second') releases.reverse()
    const [one, other] = releases as [() => void, () => void]
    one()
    other()
    socket.write('101')
    expect(String(socket.read())).toBe('101')
    const [still] = [holdWrites(socket, refuse)]
    expect(() => socket.write('101')).toThrow('too early')
    still()
  })

  it('holds for the one that is not done', () => {
    const socket = new PassThrough()
    const release = holdWrites(socket, refuse)
    holdWrites(socket, refuse)
    release()
    expect(() => socket.write('101')).toThrow('too early')
  })
})

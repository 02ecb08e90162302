import { describe, expect, it } from '@jest/globals'
import { createTombstones } from '../../../lib/store/tombstones.js'
import { createFakeClock } from '../support/fake-clock.js'

const subject = { session: 's', identity: 'i', records: ['r1', 'r2'] }

function setUp() {
  const clock = createFakeClock()
  const isAfter = (a: string, b: string): boolean => Number(a) > Number(b)
  return { clock, tombstones: createTombstones({ keepMs: 70_000, clock, isAfter }) }
}

describe('tombstones', () => {
  it.each([[{ session: 's' }], [{ identity: 'i' }], [{ records: ['r2'] }]])(
    'revoke what was asked for before, by %j, and nothing later or of others',
    (revocation) => {
      const { tombstones } = setUp()
      tombstones.add(revocation, '5')
      expect(tombstones.isRevoked(subject, '4')).toBe(true)
      expect(tombstones.isRevoked(subject, '5')).toBe(false)
      const other = { session: 'i', identity: 's', records: ['r3'] }
      expect(tombstones.isRevoked(other, '4')).toBe(false)
    },
  )

  it('are kept for as long as a record may live, and no longer', () => {
    const { tombstones, clock } = setUp()
    tombstones.add({ session: 's' }, '5')
    clock.advance(69_999)
    tombstones.add({ session: 'other' }, '6')
    expect(tombstones.isRevoked(subject, '4')).toBe(true)
    clock.advance(1)
    tombstones.add({ session: 'other' }, '7')
    expect(tombstones.isRevoked(subject, '4')).toBe(false)
  })

  it('raise the floor instead of forgetting in silence where there are too many', () => {
    const { tombstones } = setUp()
    for (let id = 1; id <= 100_001; id += 1) tombstones.add({ session: String(id) }, String(id))
    expect(tombstones.isRevoked({ ...subject, session: '1' }, '0')).toBe(true)
    expect(tombstones.isRevoked(subject, '1')).toBe(false)
  })

  it('believe nothing from before a log that is gone, for as long as a record may live', () => {
    const { tombstones, clock } = setUp()
    tombstones.bury('9')
    tombstones.bury('5')
    expect(tombstones.isRevoked(subject, '9')).toBe(true)
    expect(tombstones.isRevoked(subject, '10')).toBe(false)
    clock.advance(70_000)
    expect(tombstones.isRevoked(subject, '9')).toBe(false)
  })

  it('refuse for a minute what was logged out, also if it is invalidated then', () => {
    const { tombstones, clock } = setUp()
    tombstones.add({ session: 's', records: ['r1'], isLogout: true }, '5')
    tombstones.add({ session: 's' }, '6')
    expect(tombstones.isLoggedOut(['r1'])).toBe(true)
    expect(tombstones.isLoggedOut(['r9'], 's')).toBe(true)
    expect(tombstones.isLoggedOut(['r9'], 'other')).toBe(false)
    clock.advance(60_000)
    expect(tombstones.isLoggedOut(['r1'], 's')).toBe(false)
  })
})

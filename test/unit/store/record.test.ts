import { describe, expect, it } from '@jest/globals'
import { decodeRecord, encodeRecord, judgeAge, replyOf } from '../../../lib/store/record.js'

const record = {
  askedAt: 1_000_000,
  goodForMs: 10_000,
  cursor: '5-0',
  date: 'Thu, 01 Jan 1970 00:16:40 GMT',
  ageSeconds: 3,
  body: '{"id":"a\\nb"}\n',
}

describe('a record', () => {
  it('comes back as it was written, with and without a Date', () => {
    expect(decodeRecord(encodeRecord(record))).toEqual(record)
    const bare = { ...record, date: undefined }
    expect(decodeRecord(encodeRecord(bare))).toEqual(bare)
  })

  it.each([
    '',
    '\n',
    '{}\n{}',
    '[1]\n{}',
    '[1,2,"c","x",null]\n',
    '[1,2,3,4,null]\n',
    '[1,2,"c",4,5]\n',
    '[',
  ])('is not %j', (text) => {
    expect(decodeRecord(text)).toBeUndefined()
  })

  it.each([
    ['both clocks agree', 4_000, 0, 6_000, 4_000],
    ['the writer was ahead, and the engine knows better', 1_000, 0, 6_000, 4_000],
    ['the write came late, and the stamp knows better', 4_000, 0, 9_000, 4_000],
    ['our clock is known to be behind', 1_000, 3_000, undefined, 4_000],
    ['the engine cannot say', 4_000, 0, undefined, 4_000],
    ['it was written right now', 0, 0, 10_000, 0],
    ['it ends right now', 4_000, 0, 0, 10_000],
  ])('is as old as the older of two clocks says if %s', (_name, passed, leadMs, ttlMs, age) => {
    expect(judgeAge(record, { now: record.askedAt + passed, leadMs, ttlMs })).toBe(age)
  })

  it.each([
    ['the future', -1, 5_000, 'future'],
    ['an expiry that never comes', 4_000, Infinity, 'endless'],
    ['an expiry past the one that was written', 4_000, 10_001, 'endless'],
    ['an expiry that is no number', 4_000, NaN, 'endless'],
    ['an expiry in the past', 4_000, -1, 'endless'],
  ])('is not believed with %s', (_name, passed, ttlMs, odd) => {
    expect(judgeAge(record, { now: record.askedAt + passed, leadMs: 0, ttlMs })).toBe(odd)
  })

  it('is read as the reply that it was, older by its age', () => {
    expect(replyOf(record, 1_500)).toEqual({
      status: 200,
      headers: { 'content-type': 'application/json', date: record.date, age: '4' },
      body: record.body,
    })
  })
})

import type { Break } from './process.js'

export const whole: Break = () => ({})

/** Copies of the fleet that are each wrong in one way. */
export const breaks: Readonly<Record<string, Break>> = {
  'deletes records, and remembers no revocation': ({ reader }) => ({
    reader: { ready: reader.ready, isRevoked: () => false },
  }),
  'compares revocations by wall clocks': ({ clock, decorator, reader, heard }) => ({
    decorator: { ...decorator, position: () => decorator.position() && String(clock.now()) },
    reader: {
      ready: reader.ready,
      isRevoked: ({ session }, cursor) =>
        heard.some((one) => one.session === session && (one.at ?? 0) > Number(cursor)),
    },
  }),
  'notes its position in the log after the answer': ({ writer, decorator }) => ({
    writer: {
      ...writer,
      write: (key, answer, asked, cursor) => {
        writer.write(key, answer, asked, decorator.position() ?? cursor)
      },
    },
  }),
  'has no floor after a gap': ({ reader, heard, decorator }) => ({
    reader: {
      ready: reader.ready,
      isRevoked: (subject, cursor) =>
        heard.some(({ session }) => session === subject.session) &&
        decorator.position() !== undefined &&
        reader.isRevoked(subject, cursor),
    },
  }),
  'has no rule for a record from the future': ({ clock }) => ({
    clock: { ...clock, now: () => clock.now() + 5_000 },
  }),
  'believes a record without an end': ({ store }) => ({
    store: {
      ...store,
      get: async (key) => {
        const found = await store.get(key)
        return found && (found.ttlMs === Infinity ? { value: found.value } : found)
      },
    },
  }),
  'judges age by the stamp alone': ({ store }) => ({
    store: {
      ...store,
      get: async (key) => {
        const found = await store.get(key)
        return found && { value: found.value }
      },
    },
  }),
}

import type { Span } from './users.js'

/** When something was wrong at Ory. */
export interface Weather {
  /** Faults begin now. */
  storm(): Spell
  /** The database is about to be stopped. */
  outage(): Spell
  hadOutage(from: number, to: number): boolean
  /** Whether an application has had no fault for so long that it should have got over the last. */
  isFine(app: number, from: number, to: number): boolean
  /** An application was late by itself, which may have consequences as a fault has. */
  noteLate(app: number): void
}

/** What goes on until a call of `end`. */
export interface Spell {
  end(): void
}

/** Longest that a fault has consequences, in milliseconds: a circuit that is open, a pause and what follows. */
const aftermathMs = 15_000
/** How long a spell is remembered here, in milliseconds. */
const rememberedMs = 120_000

export function createWeather(): Weather {
  const storms = createSpells()
  const outages = createSpells()
  const late = new Map<number, number>()

  return {
    storm: storms.begin,
    outage: outages.begin,
    hadOutage: outages.overlap,
    isFine: (app, from, to) =>
      !storms.overlap(from - aftermathMs, to) &&
      !(from - (late.get(app) ?? -Infinity) < aftermathMs),
    noteLate: (app) => void late.set(app, Date.now()),
  }
}

function createSpells(): {
  readonly begin: () => Spell
  readonly overlap: (from: number, to: number) => boolean
} {
  let spans: Span[] = []
  return {
    begin() {
      const from = Date.now()
      const kept = spans.filter(({ to }) => to > from - rememberedMs)
      const open: Span = { from, to: Infinity }
      spans = [...kept, open]
      return {
        end() {
          spans = spans.map((span) => (span === open ? { from, to: Date.now() } : span))
        },
      }
    },
    overlap: (from, to) => spans.some((span) => span.from <= to && span.to >= from),
  }
}

/** How long, and by which numbers. */
export interface SoakSettings {
  readonly minutes: number
  /** The same seed makes the same choices; what they meet with is another time all the same. */
  readonly seed: number
}

/** Bounds of a run, in minutes. */
const [shortest, longest] = [0.05, 24 * 60]

/**
 * Reads `[minutes]` and `SOAK_SEED`.
 *
 * @throws TypeError for a number that is none, or out of bounds
 */
export function readSettings(
  [minutes = '1', ...others]: readonly string[],
  { SOAK_SEED: seed }: Readonly<Record<string, string | undefined>>,
): SoakSettings {
  const settings = {
    minutes: Number(minutes),
    seed: seed === undefined ? Math.floor(Math.random() * 2 ** 32) : Number(seed),
  }
  if (others.length > 0 || !(settings.minutes >= shortest && settings.minutes <= longest)) {
    throw new TypeError(
      `npm run soak -- [minutes], from ${shortest} to ${longest}, got ${[minutes, ...others].join(' ')}`,
    )
  }
  if (!Number.isInteger(settings.seed) || settings.seed < 0 || settings.seed >= 2 ** 32) {
    throw new TypeError(`SOAK_SEED is a whole number below ${2 ** 32}, got ${seed ?? ''}`)
  }
  return settings
}

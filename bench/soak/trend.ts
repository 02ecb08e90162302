/** A value at a moment. */
export interface Point {
  /** Milliseconds. */
  readonly at: number
  readonly value: number
}

/** The slope of the line through points that misses them least, per millisecond. */
export function slope(points: readonly Point[]): number {
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length
  const at = mean(points.map((point) => point.at))
  const value = mean(points.map((point) => point.value))
  const together = points.map((point) => (point.at - at) * (point.value - value))
  const apart = points.map((point) => (point.at - at) ** 2)
  return mean(together) / mean(apart)
}

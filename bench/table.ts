import type { Findings } from './part.js'

/** Sets findings as a table of fixed columns. */
export function formatTable({ title, columns, rows }: Findings): string {
  const lines = [
    ['', ...columns],
    ...rows.map(({ name, values }) => [name, ...values.map(formatValue)]),
  ]
  const widths = ['', ...columns].map((_, column) =>
    Math.max(...lines.map((line) => (line[column] ?? '').length)),
  )
  const format = (line: readonly string[]): string =>
    line
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd()
  return [title, '', ...lines.map(format)].join('\n')
}

/** Three figures: more would be noise. */
function formatValue(value: number | string): string {
  if (typeof value === 'string') return value
  if (Number.isInteger(value) || Math.abs(value) >= 100) return String(Math.round(value))
  return value.toPrecision(3)
}

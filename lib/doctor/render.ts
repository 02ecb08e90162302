import { styleText } from 'node:util'
import type { OryCheck, OryCheckOutcome } from './check.js'

export interface Terminal {
  /** Colours and wraps lines to a width; without it each field is one plain line. */
  readonly columns: number | undefined
  readonly isColoured: boolean
}

const marks: Readonly<
  Record<OryCheckOutcome, readonly [word: string, colour: 'green' | 'yellow' | 'red' | 'gray']>
> = {
  wrong: ['WRONG', 'red'],
  unasked: ['NO ANSWER', 'red'],
  warning: ['WARNING', 'yellow'],
  ok: ['OK', 'green'],
  skipped: ['SKIPPED', 'gray'],
}
const order: readonly OryCheckOutcome[] = ['wrong', 'unasked', 'warning', 'ok', 'skipped']

/** Writes checks for a reader, what is wrong first. */
export function renderChecks(checks: readonly OryCheck[], terminal: Terminal): string {
  const sorted = order.flatMap((outcome) => checks.filter((check) => check.outcome === outcome))
  const blocks = sorted.map((check) => renderCheck(check, terminal))
  return `${[...blocks, summary(checks), ...advice(checks)].join('\n\n')}\n`
}

/** The doctor sees Ory and not the application. */
function advice(checks: readonly OryCheck[]): string[] {
  const isWell = checks.every(({ outcome }) => outcome !== 'wrong' && outcome !== 'unasked')
  if (!isWell) return []
  return [
    'Nothing is wrong with Ory. If requests are denied all the same, look up their `code` in docs/troubleshooting.md.',
  ]
}

function renderCheck(
  { name, outcome, asked, came, means, fix }: OryCheck,
  terminal: Terminal,
): string {
  const [word, colour] = marks[outcome]
  const mark = terminal.isColoured ? styleText(colour, word, { validateStream: false }) : word
  // What was not asked has nothing that came.
  const isAsked = outcome !== 'skipped'
  const fields: readonly (readonly [string, string])[] = [
    ...(isAsked
      ? ([
          ['asked', asked],
          ['came', came],
        ] as const)
      : []),
    ['means', means],
    ...(fix === undefined ? [] : ([['fix', fix]] as const)),
  ]
  const lines = fields.map(([label, text]) => {
    const head = `  ${label.padEnd(7)}`
    return head + wrap(text, head.length, terminal.columns)
  })
  return [`${mark}  ${name}`, ...lines].join('\n')
}

/** Breaks a text at blanks; a word that is longer than a line stays whole, so that it can be copied. */
function wrap(text: string, indent: number, columns: number | undefined): string {
  if (columns === undefined) return text
  const width = Math.max(columns - indent, 20)
  let [lines, line] = ['', '']
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines += `${line}\n${' '.repeat(indent)}`
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return lines + line
}

function summary(checks: readonly OryCheck[]): string {
  const counts = order.map((outcome) => {
    const count = checks.filter((check) => check.outcome === outcome).length
    return count === 0 ? undefined : `${String(count)} ${marks[outcome][0].toLowerCase()}`
  })
  return counts.filter((count) => count !== undefined).join(', ')
}

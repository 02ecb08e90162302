import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** The folder of the package. */
export const root = resolve(__dirname, '../..')
export const readme = readFileSync(join(root, 'README.md'), 'utf8')

/** A fenced block of README. */
export interface Snippet {
  readonly language: string
  readonly text: string
  /** The line of README that it begins at. */
  readonly line: number
  /** The file that the comment before it puts it in. */
  readonly file: string | undefined
  /** What the comment before it says is there already. */
  readonly given: readonly string[]
}

export const snippets: readonly Snippet[] = [
  ...readme.matchAll(/(?:<!-- (file|given): (.*) -->\n\n)?^```(\w+)\n([^]*?)^```$/gm),
].map(({ 0: whole, 1: kind, 2: names = '', 3: language, 4: text, index }) => ({
  language: language!,
  text: text!,
  line: readme.slice(0, index + whole.indexOf('```')).split('\n').length + 1,
  file: kind === 'file' ? names : undefined,
  given: kind === 'given' ? names.split(', ') : [],
}))

/** The rows of the table that begins with a heading, each as its cells. */
export function readTable(heading: string): readonly (readonly string[])[] {
  const lines = readme.split('\n')
  const start = lines.findIndex((line) => line.startsWith(`| ${heading} `))
  const end = lines.findIndex((line, index) => index > start && !line.startsWith('|'))
  return lines.slice(start + 2, end).map((line) =>
    line
      .slice(1, -1)
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim()),
  )
}

/** What a cell has between its first backquotes. */
export function codeOf(cell: string | undefined): string | undefined {
  return /`([^`]+)`/.exec(cell ?? '')?.[1]
}

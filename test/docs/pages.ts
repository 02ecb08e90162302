import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** The folder of the package. */
export const root = resolve(__dirname, '../..')

/** A page of Markdown. */
export interface Page {
  /** Its path in the package. */
  readonly file: string
  readonly text: string
}

export const readPage = (file: string): Page => ({
  file,
  text: readFileSync(join(root, file), 'utf8'),
})

export const readme = readPage('README.md')

/** The pages for users. Those of docs/api come out of docstrings, and are no text of ours. */
export const userPages: readonly Page[] = [
  readme,
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => readPage(`docs/${name}`)),
]

export const allPages: readonly Page[] = [
  ...userPages,
  ...[
    'SECURITY.md',
    'CHANGELOG.md',
    'CONTRIBUTING.md',
    'examples/README.md',
    'bench/README.md',
    'test/README.md',
    'test/kratos/README.md',
  ].map(readPage),
]

/** The rows of all tables of a page that begin with a heading, each as its cells. */
export function readTables({ text }: Page, heading: string): readonly (readonly string[])[] {
  const lines = text.split('\n')
  return lines.flatMap((line, start) => {
    if (!line.startsWith(`| ${heading} `)) return []
    const end = lines.findIndex((other, index) => index > start && !other.startsWith('|'))
    return lines.slice(start + 2, end).map(cellsOf)
  })
}

const cellsOf = (row: string): readonly string[] =>
  row
    .slice(1, -1)
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim())

/** What a cell has between its first backquotes. */
export function codeOf(cell: string | undefined): string | undefined {
  return /`([^`]+)`/.exec(cell ?? '')?.[1]
}

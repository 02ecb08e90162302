import { userPages } from './pages.js'
import type { Page } from './pages.js'

/** A fenced block of a page. */
export interface Snippet {
  readonly page: string
  readonly language: string
  readonly text: string
  /** The line of the page that it begins at. */
  readonly line: number
  /** The file that the comment before it names. */
  readonly file: string | undefined
  /** What the comment before it says is there already. */
  readonly given: readonly string[]
}

const fence = /(?:<!-- (file|given): (.*) -->\n\n)?^```(\w+)\n([^]*?)^```$/gm

function snippetsOf({ file: page, text }: Page): Snippet[] {
  return [...text.matchAll(fence)].map((match) => {
    const { 0: whole, 1: kind, 2: names = '', 3: language, 4: code, index } = match
    return {
      page,
      language: language!,
      text: code!,
      line: text.slice(0, index + whole.indexOf('```')).split('\n').length + 1,
      file: kind === 'file' ? names : undefined,
      given: kind === 'given' ? names.split(', ') : [],
    }
  })
}

export const snippets: readonly Snippet[] = userPages.flatMap(snippetsOf)

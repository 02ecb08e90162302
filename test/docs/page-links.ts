import { dirname, join } from 'node:path'
import type { Page } from './pages.js'

/** Without fenced blocks, whose brackets are code. */
const prose = ({ text }: Page): string => text.replace(/^```[^]*?^```$/gm, '')

/** A link of a page to a file of the package: as it is written, and the file and the heading that are meant. */
export interface PageLink {
  readonly target: string
  readonly file: string
  readonly anchor: string | undefined
}

/** The links of a page that stay in the package. */
export function linksInside(page: Page): readonly PageLink[] {
  const inline = [...prose(page).matchAll(/\]\(([^)\s]+)\)/g)]
  const references = [...prose(page).matchAll(/^\[[^\]]+\]: (\S+)$/gm)]
  return [...inline, ...references]
    .map(([, target]) => target!)
    .filter((target) => !/^https?:\/\//.test(target))
    .map((target) => {
      const [path, anchor] = target.split('#') as [string, string?]
      return { target, file: path === '' ? page.file : join(dirname(page.file), path), anchor }
    })
}

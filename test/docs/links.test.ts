import { describe, expect, it } from '@jest/globals'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { allPages, root } from './pages.js'
import type { Page } from './pages.js'

/** The anchors of a page, as forges make them out of headings. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, title]) =>
    title!
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-'),
  )
}

/** Without fenced blocks, whose brackets are code. */
const prose = ({ text }: Page): string => text.replace(/^```[^]*?^```$/gm, '')

function linksOf(page: Page): string[] {
  const inline = [...prose(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!)
  const references = [...prose(page).matchAll(/^\[[^\]]+\]: (\S+)$/gm)]
  return [...inline, ...references.map(([, target]) => target!)]
}

describe.each(allPages)('the links of $file', (page) => {
  it('lead to files and headings that are there', () => {
    const inside = linksOf(page).filter((target) => !/^https?:\/\//.test(target))
    const lost = inside.filter((target) => {
      const [path, anchor] = target.split('#') as [string, string?]
      const file = path === '' ? page.file : join(dirname(page.file), path)
      if (!existsSync(join(root, file))) return true
      return (
        anchor !== undefined && !anchorsOf(readFileSync(join(root, file), 'utf8')).includes(anchor)
      )
    })
    expect(lost).toEqual([])
  })
})

it('The commands of the pages are scripts of package.json', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>
  }
  const text = allPages.map((page) => page.text).join('\n')
  const used = [...text.matchAll(/\bnpm (?:run ([\w:]+)|(start|test)\b)/g)]
  const names = [...new Set(used.map(([, run, short]) => run ?? short!))]
  expect(names.length).toBeGreaterThan(10)
  expect(names.filter((name) => !Object.hasOwn(scripts, name))).toEqual([])
})

import { describe, expect, it } from '@jest/globals'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { linksInside } from './page-links.js'
import { allPages, root } from './pages.js'

/** The anchors of a page, as forges make them out of headings. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, title]) =>
    title!
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-'),
  )
}

describe.each(allPages)('the links of $file', (page) => {
  it('lead to files and headings that are there', () => {
    const lost = linksInside(page).filter(({ file, anchor }) => {
      if (!existsSync(join(root, file))) return true
      return (
        anchor !== undefined && !anchorsOf(readFileSync(join(root, file), 'utf8')).includes(anchor)
      )
    })
    expect(lost.map(({ target }) => target)).toEqual([])
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

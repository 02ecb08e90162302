import { describe, expect, it } from '@jest/globals'
import { allPages, readme, readPage } from './pages.js'

const linesOf = (text: string): readonly string[] => text.trimEnd().split('\n')

it('README has 200 lines at most', () => {
  expect(linesOf(readme.text).length).toBeLessThanOrEqual(200)
})

it.each(['npm ci && npm start', 'npm ci && npm test'])(
  'README has `%s` on the first screen, on one line',
  (command) => {
    const first = linesOf(readme.text).slice(0, 40)
    expect(first.filter((line) => line.startsWith(command))).toHaveLength(1)
  },
)

describe.each(allPages)('$file', ({ file, text }) => {
  it('has tables that can be read as plain text: 120 columns at most', () => {
    const wide = linesOf(text)
      .map((line, index) => `${file}:${index + 1} ${line}`)
      .filter((line) => line.slice(line.indexOf(' ') + 1).startsWith('|'))
      .filter((line) => [...line.slice(line.indexOf(' ') + 1)].length > 120)
    expect(wide).toEqual([])
  })
})

describe.each(allPages.filter(({ file }) => file.startsWith('docs/')))('$file', ({ text }) => {
  it('opens with the question that it answers', () => {
    expect(text).toMatch(/^# .+\n\n_.+\?_\n/)
  })
})

it('The index of pages has every page', () => {
  const index = readPage('docs/README.md').text
  const missing = allPages
    .map(({ file }) => file)
    .filter((file) => file.startsWith('docs/') && file !== 'docs/README.md')
    .filter((file) => !index.includes(`(${file.slice('docs/'.length)})`))
  expect(missing).toEqual([])
})

import { describe, it } from '@jest/globals'
import { frameworks } from '../support/frameworks.js'
import { duplicates } from './corpus/duplicates.js'
import { forms } from './corpus/forms.js'
import { framing } from './corpus/framing.js'
import { oddBytes } from './corpus/odd-bytes.js'
import { size } from './corpus/size.js'
import { whitespace } from './corpus/whitespace.js'
import { expectRow } from './expect-row.js'
import type { Row } from './row.js'
import { shareScene } from './scene.js'

const under = frameworks.filter(({ name }) => name === 'node:http' || name === 'Express 5')

const corpus: Readonly<Record<string, readonly Row[]>> = {
  'credentials sent more than once': duplicates,
  'odd white space': whitespace,
  'odd bytes': oddBytes,
  'very long headers': size,
  'every form of a request': forms,
  'a request hidden in another': framing,
}

describe.each(under)('raw requests under $name', (framework) => {
  describe.each(Object.entries(corpus))('%s', (_name, rows) => {
    const scene = shareScene(framework)

    it.each(rows)('come to what is promised: $name', async (row) => {
      await expectRow(scene(), row)
    })
  })
})

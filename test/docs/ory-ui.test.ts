import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { compile } from './compile.js'
import { createConsumer } from './consumer.js'
import type { Consumer } from './consumer.js'
import { readPage } from './pages.js'
import { snippets } from './snippet.js'

jest.setTimeout(180_000)

const page = readPage('docs/ory-ui.md')
const blocks = snippets.filter((snippet) => snippet.page === page.file)
const middleware = blocks.find(({ file }) => file === 'middleware.ts')!.text
const changes = blocks.filter(({ language }) => language === 'diff').map(({ text }) => text)

/** What a file says after a change. */
const changed = (change: string): string =>
  change
    .split('\n')
    .filter((line) => !line.startsWith('-'))
    .map((line) => line.slice(1))
    .join('\n')

describe("what docs/ory-ui.md changes in Ory's own user interface", () => {
  const [types, settings, errors] = changes
  let consumer: Consumer
  beforeAll(() => {
    consumer = createConsumer()
  })
  afterAll(() => consumer.remove())

  it('is a middleware, the types, the route of the settings and the handler of errors', () => {
    expect(changes).toHaveLength(3)
  })

  it('takes as many lines as the page says', () => {
    const added = types!.split('\n').filter((line) => /^\+./.test(line))
    expect([middleware.trim().split('\n').length, added.length]).toEqual([17, 6])
    expect(page.text).toContain('These 17 lines\nand the six for the types below')
  })

  it('compiles as one program, with the traits that the interface reads', async () => {
    consumer.write('types/express/index.d.ts', changed(types!))
    consumer.write('middleware.ts', middleware)
    consumer.write(
      'settings.ts',
      `import type { Express, RequestHandler } from 'express'
       import { setSession } from './middleware.js'
       declare const app: Express
       declare const createHelpers: unknown
       declare const createSettingsRoute: (helpers: unknown) => RequestHandler
       ${changed(settings!)} )`,
    )
    consumer.write(
      '500.ts',
      `import type { Request, Response } from 'express'
       import { isSessionError } from 'express-ory-session'
       declare const UserErrorCard: (props: { title: string }) => string
       export const handler = (err: unknown, _req: Request, res: Response): void => {
       ${changed(errors!)} }) }) }`,
    )
    consumer.write(
      'welcome.ts',
      `import type { Request } from 'express'
       export const nameOf = (req: Request): string | undefined =>
         req.csrfToken === undefined ? undefined : req.session?.identity.traits.name?.first`,
    )
    const files = ['middleware', 'settings', '500', 'welcome'].map((name) => `${name}.ts`)
    expect(await compile(consumer, 'tsconfig.json', ['types/express/index.d.ts', ...files])).toBe(
      '',
    )
  })
})

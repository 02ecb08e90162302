import { createFakeOry } from '../../lib/testing/index.js'
import { newPerson, type OryPages, type World, type WorldOptions } from './world.js'

const pages: OryPages = {
  async register(page, { email }) {
    await page.getByRole('link', { name: 'Sign up' }).click()
    await page.getByLabel('E-Mail').fill(email)
    await page.getByRole('button', { name: 'Sign up' }).click()
    await page.getByRole('button', { name: 'Sign up with a password' }).click()
  },
  async signIn(page, { email }) {
    await page.getByRole('button', { name: `Sign in as ${email}` }).click()
  },
  async showSecondFactor(page) {
    await page.getByRole('button', { name: 'Show the second factor' }).click()
  },
  async enrol(page) {
    await page.getByRole('button', { name: 'Enrol a second factor' }).click()
  },
  async which(page) {
    if ((await page.getByText('A fake Ory, for tests.').count()) === 0) return undefined
    const title = await page.getByRole('heading').textContent()
    if (title === 'Second factor') return 'second factor'
    if (title === 'Settings') return 'settings'
    return title === 'That does not work' ? 'refused' : 'login'
  },
}

/** The fake Ory, its own pages, and no proxy. */
export async function createFakeWorld({ requiredAal, ports }: WorldOptions): Promise<World> {
  const urls = ports.map((port) => `http://127.0.0.1:${port}`)
  const fake = await createFakeOry({
    requiredAal,
    allowedReturnUrls: urls,
    defaultBrowserReturnUrl: `${urls[0]}/`,
  })
  /** Address → identity. */
  const identities = new Map<string, string>()
  return {
    pages,
    oryUrl: fake.url,
    oryBrowserUrl: fake.url,
    publish: (port) => Promise.resolve(`http://127.0.0.1:${port}`),
    createPerson(secondFactor) {
      const person = newPerson()
      const isEnrolled = secondFactor === 'enrolled'
      const { session } = fake.signIn({
        traits: { email: person.email },
        secondFactor: isEnrolled,
      })
      fake.revoke(session)
      identities.set(person.email, session.identity.id)
      return Promise.resolve(isEnrolled ? { ...person, secret: 'none' } : person)
    },
    changePassword: async ({ email }) => fake.revokeAll(identities.get(email)!),
    stop: () => Promise.resolve(fake.fault('reset', { path: 'all' })).then(() => undefined),
    hang: () => Promise.resolve(fake.fault('silent', { path: 'all' })).then(() => undefined),
    start: async () => fake.heal(),
    close: () => fake.close(),
  }
}

import { afterAll, describe, expect, it } from '@jest/globals'
import { send, values, type Received } from './client/http.js'
import { createJar } from './client/jar.js'
import { createFakes, createKratoses, findKratos } from './environment.js'
import type { Ory } from './ory.js'

const page = { accept: 'text/html' }
const deep = 'http://127.0.0.1:4455/deep'
const startsWithinMs = 120_000

/** The form of a registration page. */
interface Form {
  readonly action: string
  /** Name → value, or `undefined` for a field that the user fills in. */
  readonly fields: ReadonlyMap<string, string | undefined>
}

/** A browser that registers at an Ory: the fake's pages have forms, Kratos' flows become a page elsewhere. */
function createVisitor(ory: Ory) {
  const jar = createJar()

  async function ask(path: string, form?: Record<string, string>): Promise<Received> {
    const cookie = jar.header()
    const headers = { ...page, ...(cookie && { cookie }) }
    const answer = await send(ory.url, {
      path,
      headers,
      ...(form && { method: 'POST', form }),
    })
    jar.take(answer)
    return answer
  }

  async function open(url: string): Promise<Form> {
    const flow = new URL(url, ory.url).searchParams.get('flow')
    if (flow) return formOfFlow((await ask(`/self-service/registration/flows?id=${flow}`)).body)
    const answer = await ask(pathOf(url, ory))
    const [location] = values(answer, 'location')
    return location ? open(location) : formOfPage(String(answer.body))
  }

  return { jar, ask, open }
}

/** Kratos' action is an absolute URL, a form's of the fake a path. */
function pathOf(url: string, ory: Ory): string {
  const { pathname, search } = new URL(url, ory.url)
  return pathname + search
}

function formOfFlow(flow: unknown): Form {
  const { ui } = flow as {
    ui: {
      action: string
      nodes: { attributes: { name: string; type: string; value?: string } }[]
    }
  }
  const inputs = ui.nodes.map(({ attributes }) => attributes)
  const fixed = (type: string): boolean => type === 'hidden' || type === 'submit'
  return {
    action: ui.action,
    fields: new Map(
      inputs.map(({ name, type, value }) => [name, fixed(type) ? value : undefined] as const),
    ),
  }
}

function formOfPage(html: string): Form {
  const [, action = ''] = /<form method="post" action="([^"]*)"/.exec(html) ?? []
  const inputs = [...html.matchAll(/<input [^>]*>/g)].map(([input]) => ({
    name: /name="([^"]*)"/.exec(input)?.[1] ?? '',
    value: input.includes('type="hidden"') ? /value="([^"]*)"/.exec(input)?.[1] : undefined,
  }))
  return {
    action: action.replaceAll('&#38;', '&'),
    fields: new Map(inputs.map(({ name, value }) => [name, value] as const)),
  }
}

/** Goes through both steps, and returns what each was like. */
async function register(ory: Ory) {
  const { jar, ask, open } = createVisitor(ory)
  const email = `new-${Date.now()}@example.com`
  const first = await open(
    `/self-service/registration/browser?return_to=${encodeURIComponent(deep)}`,
  )
  const csrf = ({ fields }: Form) => {
    const token = fields.get('csrf_token')
    return token === undefined ? {} : { csrf_token: token }
  }
  const path = (form: Form) => pathOf(form.action, ory)
  const named = { 'traits.email': email }
  const chosen = await ask(path(first), { ...csrf(first), ...named, method: 'profile' })
  const isSignedInTooEarly = jar.get('ory_kratos_session') !== undefined
  const second = await open(values(chosen, 'location')[0] ?? '')
  const before = jar.header()
  const done = await ask(path(second), {
    ...csrf(second),
    ...named,
    method: 'password',
    password: 'Correct-horse-battery-17',
  })
  const isKept = before.split('; ').some((cookie) => jar.header().split('; ').includes(cookie))
  return {
    first: { email: first.fields.get('traits.email'), method: first.fields.get('method') },
    chosen: chosen.status,
    isSignedInTooEarly,
    second: {
      isEmailKept: second.fields.get('traits.email') === email,
      method: second.fields.get('method'),
    },
    done: [done.status, ...values(done, 'location')],
    isSignedIn: jar.get('ory_kratos_session') !== undefined,
    isCsrfCookieRenewed: before !== '' && !isKept,
  }
}

const fakes = createFakes()
const kratoses = createKratoses()
afterAll(() => Promise.all([fakes.close(), kratoses.close()]), startsWithinMs)

const worlds: [string, () => Promise<Ory>][] = [['the fake Ory', () => fakes.open('plain')]]
if (findKratos('plain')) worlds.push(['a real Kratos', () => kratoses.open('plain')])

describe.each(worlds)('a registration at %s', (_name, open) => {
  it(
    'asks who it is, then for a credential, and leads back signed in',
    async () => {
      expect(await register(await open())).toEqual({
        first: { email: undefined, method: 'profile' },
        chosen: 303,
        isSignedInTooEarly: false,
        second: { isEmailKept: true, method: 'password' },
        done: [303, deep],
        isSignedIn: true,
        isCsrfCookieRenewed: true,
      })
    },
    startsWithinMs,
  )
})

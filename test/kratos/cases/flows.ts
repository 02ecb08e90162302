import { send, values, type Sent } from '../client/http.js'
import { carry, type Configuration, type Ory, type SignedIn } from '../ory.js'
import { alice, always, type Case } from './case.js'

const json = { accept: 'application/json' }
const page = { accept: 'text/html' }
const back = 'return_to=http://127.0.0.1:4455/deep'
const evil = 'return_to=https://evil.example/'

type Flow = 'login/browser' | 'login/api' | 'registration/browser' | 'settings/browser'
type Accept = Readonly<Record<string, string>>

function start(flow: Flow, query: string, headers: Accept): Sent {
  return { path: `/self-service/${flow}?${query}`, headers }
}

/** Starts a flow with an aal1 session of somebody who has no second factor. */
function signedIn(by: SignedIn['by'], flow: Flow, query: string, accept: Accept) {
  return async (ory: Ory) =>
    start(flow, query, { ...accept, ...carry(await ory.signIn(alice, by)) })
}

/** Starts a flow with an aal1 session of somebody who has a second factor. */
function enrolled(by: SignedIn['by'], flow: Flow, query: string, accept: Accept) {
  return async (ory: Ory) =>
    start(flow, query, { ...accept, ...carry(await ory.signIn(alice, by, 'enrolled')) })
}

/** Starts a login with a session that has shown its second factor. */
function steppedUp(query: string, accept: Accept) {
  return async (ory: Ory) => {
    const who = await ory.stepUp(await ory.signIn(alice, 'cookie'))
    return start('login/browser', query, { ...accept, ...carry(who) })
  }
}

/** What a browser has after it loaded a login page: the action of its form, a token and a cookie. */
async function openLogin(ory: Ory) {
  const answer = await send(ory.url, start('login/browser', back, json))
  const { ui } = answer.body as {
    ui: { action: string; nodes: { attributes: { name: string; value: string } }[] }
  }
  const { pathname, search } = new URL(ui.action)
  const csrf = ui.nodes.find(({ attributes }) => attributes.name === 'csrf_token')
  const [line = ''] = values(answer, 'set-cookie')
  return {
    path: pathname + search,
    csrf_token: csrf?.attributes.value ?? '',
    cookie: line.split(';', 1)[0] ?? '',
  }
}

/** Sends a login form that was loaded before somebody signed in, in another tab. */
async function sendOldForm(ory: Ory): Promise<Sent> {
  const { path, csrf_token, cookie } = await openLogin(ory)
  const { cookie: session = '' } = carry(await ory.signIn(alice, 'cookie'))
  const form = { csrf_token, method: 'password', identifier: 'a@example.com', password: 'any' }
  return { method: 'POST', path, headers: { ...page, cookie: `${cookie}; ${session}` }, form }
}

/** Sends a login form as a browser does whose user has signed up elsewhere, with one factor or two. */
function sendForm(secondFactor?: 'enrolled') {
  return async (ory: Ory): Promise<Sent> => {
    const fields = ory.loginFields(await ory.signIn(alice, 'cookie', secondFactor))
    const { path, csrf_token, cookie } = await openLogin(ory)
    return { method: 'POST', path, headers: { ...page, cookie }, form: { csrf_token, ...fields } }
  }
}

/** Starts a login with the cookie against CSRF of another. */
async function startWithCsrfCookie(ory: Ory): Promise<Sent> {
  const { cookie } = await openLogin(ory)
  return start('login/browser', back, { ...json, cookie })
}

/** Logs a browser out that has a cookie against CSRF. */
async function logOutWithCsrfCookie(ory: Ory): Promise<Sent> {
  const { cookie } = await openLogin(ory)
  const { cookie: session = '' } = carry(await ory.signIn(alice, 'cookie'))
  const headers = { ...json, cookie: `${cookie}; ${session}` }
  const { body } = await send(ory.url, { path: '/self-service/logout/browser', headers })
  const { logout_token: token } = body as { logout_token: string }
  return { path: `/self-service/logout?token=${token}`, headers }
}

const aal2 = 'aal=aal2'

/** Where browsers are sent, and what scripts and apps read, before a page of Ory's is shown. */
const rows: readonly (readonly [title: string, given: Case['given'], on?: Configuration])[] = [
  ['the second factor of a script that has one', enrolled('cookie', 'login/browser', aal2, json)],
  ['the second factor of a script that has none', signedIn('cookie', 'login/browser', aal2, json)],
  ['the second factor of a script by token', enrolled('token', 'login/browser', aal2, json)],
  [
    'the second factor of a script where whoami requires it',
    enrolled('cookie', 'login/browser', aal2, json),
    'highest',
  ],
  [
    'the second factor of a script with a way back',
    enrolled('cookie', 'login/browser', `${aal2}&${back}`, json),
  ],
  [
    'the second factor of a script once more',
    enrolled('cookie', 'login/browser', `${aal2}&refresh=true`, json),
  ],
  ['the second factor of an app that has one', enrolled('token', 'login/api', aal2, {})],
  ['the second factor of an app that has none', signedIn('token', 'login/api', aal2, {})],
  ['the second factor of an app, signed out', always(start('login/api', aal2, {}))],
  ['the second factor of a script, signed out', always(start('login/browser', aal2, json))],
  ['an app that is signed in', signedIn('token', 'login/api', '', {})],
  ['an app that asks for a level that is none', always(start('login/api', 'aal=aal9', {}))],
  ['a script that is signed in', signedIn('cookie', 'login/browser', '', json)],
  ['a browser that is signed in', signedIn('cookie', 'login/browser', back, page)],
  [
    'a browser that has shown one factor of two, where whoami requires both',
    enrolled('cookie', 'login/browser', back, page),
    'highest',
  ],
  [
    'a browser that is signed in, without a way back',
    signedIn('cookie', 'login/browser', '', page),
  ],
  [
    'a browser that is signed in, with a path as the way back',
    signedIn('cookie', 'login/browser', 'return_to=/deep', page),
  ],
  [
    'a browser that is signed in, with letters, spaces and quotes in the way back',
    signedIn('cookie', 'login/browser', `${back}?q=%C3%A4%20%22%E6%97%A5%F0%9F%98%80%22%20b`, page),
  ],
  ['a browser that has shown its second factor', steppedUp(`${aal2}&${back}`, page)],
  ['a script that has shown its second factor', steppedUp(aal2, json)],
  ['a login that leads elsewhere', always(start('login/browser', evil, json))],
  ['settings that lead elsewhere', signedIn('cookie', 'settings/browser', evil, json)],
  ['settings without a session', always(start('settings/browser', '', json))],
  ['a registration that leads elsewhere', always(start('registration/browser', evil, json))],
  [
    'a registration of a script that is signed in',
    signedIn('cookie', 'registration/browser', '', json),
  ],
  [
    'a registration of a browser that is signed in',
    signedIn('cookie', 'registration/browser', back, page),
  ],
  ['a login form', sendForm()],
  ['a login form of somebody with a second factor', sendForm('enrolled')],
  [
    'a login form of somebody with a second factor, where whoami requires it',
    sendForm('enrolled'),
    'highest',
  ],
  ['an old login form, sent with a session', sendOldForm],
  ['a login that is begun with a cookie against CSRF', startWithCsrfCookie],
  ['a logout with a cookie against CSRF', logOutWithCsrfCookie],
]

export const flows = rows.map(([title, given, on = 'plain']): Case => ({ title, given, on }))

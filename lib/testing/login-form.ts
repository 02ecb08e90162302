import type { FakeAnswer } from './fake-answer.js'
import { nameOf } from './context.js'
import { html, type Html } from './html.js'
import type { IdentityRecord } from './identities.js'
import { page } from './page.js'

/** More would be no list to choose from. */
const mostPeople = 20

/** Who is it? */
export function peopleForm(people: readonly IdentityRecord[], action: string): FakeAnswer {
  const active = people.filter(({ state }) => state === 'active').slice(-mostPeople)
  const buttons = active.map(
    (one) =>
      html`<button name="identity" value="${one.id}">
        Sign in as ${nameOf(one)}${one.secondFactor ? secondFactorNote : undefined}
      </button>`,
  )
  const known =
    active.length === 0
      ? html`<p>Nobody is known yet.</p>`
      : html`<form method="post" action="${action}">${buttons}</form>`
  return page(
    'Sign in',
    html`${known}
      <form method="post" action="${action}">
        <label for="email">Or as somebody else, by any address</label>
        <input id="email" name="email" type="email" required autocomplete="off" />
        <button>Sign in</button>
      </form>`,
  )
}

const secondFactorNote: Html = html`<small>has a second factor</small>`

/** The first factor once more. */
export function refreshForm(identity: IdentityRecord, action: string): FakeAnswer {
  return page(
    'Confirm that it is you',
    html`<p>You are signed in as ${nameOf(identity)}, and asked to sign in once more.</p>
      <form method="post" action="${action}">
        <button>Sign in as ${nameOf(identity)} again</button>
      </form>`,
  )
}

/** The second factor, for whoever has one. */
export function secondFactorForm(
  identity: IdentityRecord,
  action: string,
  settings: string,
): FakeAnswer {
  const name = nameOf(identity)
  if (!identity.secondFactor) {
    return page(
      'No second factor',
      html`<p>${name} has not enrolled a second factor, so there is none to show.</p>
        <p><a href="${settings}">Enrol one in the settings</a></p>`,
    )
  }
  return page(
    'Second factor',
    html`<p>You are signed in as ${name}, and asked for your second factor.</p>
      <form method="post" action="${action}">
        <button>Show the second factor</button>
      </form>`,
  )
}

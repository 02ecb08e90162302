import type { FakeAnswer } from './fake-answer.js'
import { nameOf } from './context.js'
import { html, type Html } from './html.js'
import type { IdentityRecord } from './identities.js'
import { page } from './page.js'

/** More would be no list to choose from. */
const mostIdentities = 20

/** Who is it? */
export function identitiesForm(
  identities: readonly IdentityRecord[],
  action: string,
  signUp: string,
): FakeAnswer {
  const active = identities.filter(({ state }) => state === 'active').slice(-mostIdentities)
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
      </form>
      <p><a href="${signUp}">Sign up</a></p>`,
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

/** The second factor. Without one enrolled there is nothing to press, and no way on, as with Ory. */
export function secondFactorForm(identity: IdentityRecord, action: string): FakeAnswer {
  const form = html`<form method="post" action="${action}">
    <button>Show the second factor</button>
  </form>`
  return page(
    'Second factor',
    html`<p>You are signed in as ${nameOf(identity)}.</p>
      <p>Please complete the second authentication challenge.</p>
      ${identity.secondFactor ? form : undefined}`,
  )
}

import type { Session } from 'express-ory-session'
import { html } from './html.js'
import type { Html } from './html.js'
import { layout } from './layout.js'

/** What somebody is called by. */
export function nameOf({ identity }: Session): string {
  return identity.traits.email ?? identity.id
}

const overview = html`<ul class="cards">
  <li><strong>Notes</strong> For you alone. You only have to be signed in.</li>
  <li><strong>Vault</strong> Asks for a second factor, such as a code from an app.</li>
  <li><strong>Account</strong> Asks for a login of the last ten minutes.</li>
</ul>`

export function startPage(session: Session | undefined): string {
  const path = '/'
  if (session === undefined) {
    const content = html`<p>
        Short notes that nobody but you can read. This page is for everybody.
      </p>
      <p><a class="button" href="login">Sign in</a></p>
      ${overview}`
    return layout({ title: 'Welcome', content, path })
  }
  const content = html`<p>You are signed in. This page is for everybody.</p>
    ${overview}`
  return layout({ title: 'Welcome back', content, name: nameOf(session), path })
}

/** The form of a new note, with a text in it that was not kept yet. */
export function noteForm(text: string): Html {
  return html`<form method="post" action="notes">
    <label for="text">${text === '' ? 'A new note' : 'Your note'}</label>
    <textarea id="text" name="text" rows="3" maxlength="200" required>${text}</textarea>
    <button>Keep it</button>
  </form>`
}

export function notesPage(session: Session, notes: readonly string[]): string {
  const list = html`<ul class="notes">
    ${notes.map((note) => html`<li>${note}</li>`)}
  </ul>`
  const content = html`${noteForm('')}
  ${notes.length === 0 ? html`<p class="quiet">There are no notes yet.</p>` : list}`
  return layout({ title: 'Notes', content, name: nameOf(session), path: '/notes' })
}

export function vaultPage(session: Session): string {
  const content = html`<p>You have shown a second factor, so here is the number of the safe:</p>
    <p class="secret">4711</p>`
  return layout({ title: 'Vault', content, name: nameOf(session), path: '/vault' })
}

export function accountPage(session: Session, settingsUrl: string): string {
  const methods = new Set(session.authentication_methods.map(({ method }) => method))
  const content = html`<dl>
      <dt>Name</dt>
      <dd>${nameOf(session)}</dd>
      <dt>Last login</dt>
      <dd>
        <time datetime="${session.authenticated_at}">${inWords(session.authenticated_at)}</time>
      </dd>
      <dt>Signed in with</dt>
      <dd>${[...methods].join(', ')}</dd>
    </dl>
    <p><a class="button quiet" href="${settingsUrl}">Settings at Ory</a></p>`
  return layout({ title: 'Account', content, name: nameOf(session), path: '/account' })
}

function inWords(time: string): string {
  return `${time.slice(0, 10)}, ${time.slice(11, 16)} UTC`
}

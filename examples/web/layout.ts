import { html } from './html.js'
import type { Html } from './html.js'

export interface Page {
  readonly title: string
  readonly content: Html
  /** Who is signed in, if that is known. */
  readonly name?: string | undefined
  /** The path that was asked for. */
  readonly path: string
}

const menu = [
  ['/', 'Start'],
  ['/notes', 'Notes'],
  ['/vault', 'Vault'],
  ['/account', 'Account'],
] as const

/**
 * The way from one page to another. Relative, so that the application works below a prefix that a
 * proxy strips: only browsers know it.
 */
export function wayTo(target: string, path: string): string {
  const up = '../'.repeat(path.split('/').length - 2)
  return `${up}${target.slice(1)}` || './'
}

/** A whole page: what all of them have around what each has. */
export function layout({ title, content, name, path }: Page): string {
  const links = menu.map(
    ([href, label]) =>
      html`<a href="${wayTo(href, path)}" ${href === path ? html`aria-current="page"` : undefined}
        >${label}</a
      >`,
  )
  const signOut = html`<p class="who">Signed in as <b>${name}</b></p>
    <form method="post" action="${wayTo('/logout', path)}">
      <button class="quiet">Sign out</button>
    </form>`
  const { markup } = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} – Notebook</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="${wayTo('/style.css', path)}" />
      </head>
      <body>
        <header>
          <p class="brand"><a href="${wayTo('/', path)}">Notebook</a></p>
          <nav aria-label="Pages">${links}</nav>
          ${name === undefined ? undefined : signOut}
        </header>
        <main>
          <h1>${title}</h1>
          ${content}
        </main>
      </body>
    </html>`
  return markup
}

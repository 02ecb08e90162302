import type { Page } from 'playwright-core'

/** Who uses a browser. */
export interface Person {
  readonly email: string
  readonly password: string
  /** The secret of the authenticator app, where a second factor is enrolled. */
  readonly secret?: string
}

/** What a person does on the pages of an Ory, whichever it is. */
export interface OryPages {
  register(page: Page, person: Person): Promise<void>
  /** Shows the first factor, for the first time or once more. */
  signIn(page: Page, person: Person): Promise<void>
  showSecondFactor(page: Page, person: Person): Promise<void>
  /** Enrols a second factor on the page of the settings. */
  enrol(page: Page): Promise<void>
  /** Which page of Ory's this is, by what it asks for. */
  which(page: Page): Promise<'login' | 'second factor' | 'settings' | 'refused' | undefined>
}

/** Where applications and Ory are: as browsers reach them, and as servers do. */
export interface Addresses {
  readonly oryUrl: string
  readonly oryBrowserUrl: string
  /** Where browsers find what listens on this port of 127.0.0.1. */
  readonly publish: (port: number, name: string) => Promise<string>
}

/** An Ory with pages, users, and a front door for applications. */
export interface World extends Addresses {
  readonly pages: OryPages
  /** Makes somebody who has an account. */
  createPerson(secondFactor?: 'enrolled'): Promise<Person>
  /** Changes the password from another device, which ends every other session. */
  changePassword(person: Person): Promise<void>
  /** Nothing listens any more. */
  stop(): Promise<void>
  /** Connections are accepted, and never answered. */
  hang(): Promise<void>
  /** All is well again. */
  start(): Promise<void>
  close(): Promise<void>
}

/** How a world is set up. */
export interface WorldOptions {
  readonly requiredAal: 'aal1' | 'highest_available'
  /** Ports of the applications that Ory may send browsers to; the first is the default. */
  readonly ports: readonly number[]
  /** What each is called. */
  readonly names: readonly string[]
}

let count = 0
export function newPerson(): Person {
  count += 1
  return {
    email: `person-${process.pid}-${count}@example.com`,
    password: `Correct-horse-${process.pid}-${count}`,
  }
}

import { describe, expect, it } from '@jest/globals'
import { returnLink } from '../../../lib/shared/return-link.js'

const app = new URL('https://app.example/notes')
const login = 'https://ory.example/api/self-service/login/browser?aal=aal2'
const back = (returnTo: string) => {
  const link = returnLink(login, app, returnTo)
  const { searchParams } = new URL(link.location)
  expect(searchParams.get('return_to')).toBe(link.returnTo)
  expect(searchParams.get('aal')).toBe('aal2')
  expect(link.location.length).toBeLessThanOrEqual(8_000)
  return link
}

describe('returnLink', () => {
  it('puts the page that the link leads back to before the rest of the query', () => {
    expect(back('https://app.example/notes/a?b=c&d')).toEqual({
      returnTo: 'https://app.example/notes/a?b=c&d',
      location:
        'https://ory.example/api/self-service/login/browser?return_to=https%3A%2F%2Fapp.example%2Fnotes%2Fa%3Fb%3Dc%26d&aal=aal2',
    })
  })

  it('replaces a page that the link has already', () => {
    const { location } = returnLink(`${login}&return_to=https://evil.example`, app, `${app.href}/a`)
    expect(new URL(location).searchParams.getAll('return_to')).toEqual([`${app.href}/a`])
  })

  it.each([
    ['slashes', 'a/'.repeat(2_900)],
    ['a query of many parts', `?${'name=a%20b&'.repeat(450)}`],
    ['every character of a URL', `?${"-._~:/?@!$'()*+,;=%41&".repeat(200)}`],
  ])('leads a long page back whole: %s', (_title, rest) => {
    const page = `${app.href}/${rest}`
    expect(back(page).returnTo).toBe(page)
  })

  it.each([
    ['letters beyond ASCII', '%C3%A4'.repeat(990)],
    ['letters beyond ASCII, in lower case', '%e6%97%a5'.repeat(660)],
    ['spaces', '%20'.repeat(1_980)],
    [
      'a filter in JSON',
      encodeURIComponent(JSON.stringify(Array(77).fill({ field: 'straße', is: 'a "b"' }))),
    ],
  ])('leads a long query of escapes back whole: %s', (_title, query) => {
    const page = `${app.href}/a%20b?q=${query}`
    expect(page.length).toBeGreaterThan(5_900)
    const { searchParams } = new URL(returnLink(login, app, page).location)
    expect(searchParams.get('aal')).toBe('aal2')
    const url = new URL(searchParams.get('return_to')!)
    expect(url.href).toBe(page.replace(/%[\da-f]{2}/g, (escape) => escape.toUpperCase()))
    expect(returnLink(login, app, page).returnTo).toBe(page)
  })

  it('keeps every escape of a long query whose letter is another than the escape', () => {
    // `%26`, `%2B`, `%25` and half a letter; no server tells `%C3%A4` from `ä`.
    const page = `${app.href}?${'%26%2B%25%23%C3%20'.repeat(150)}=${'%C3%A4'.repeat(450)}`
    const { location } = returnLink(login, app, page)
    expect(location.length).toBeLessThanOrEqual(8_000)
    expect(new URL(new URL(location).searchParams.get('return_to')!).href).toBe(page)
  })

  it('adds little to the length of a long page, so that nginx passes its answer', () => {
    const page = `${app.href}/${'a/b?c=d&'.repeat(375)}`
    const { location } = back(page)
    expect(location.length).toBeLessThan(4_000)
    expect(new URL(location).searchParams.get('return_to')).toBe(page)
  })

  it.each([
    ['its path, because of the query', `/a/b?${'%26'.repeat(2_000)}`, '/a/b'],
    ['the start page, because of the path', `/${'%20'.repeat(2_000)}`, '/'],
    ['the start page, because of both', `/${'%20'.repeat(2_000)}?a=b`, '/'],
  ])('stays below 8 KB, and leads to %s', (_title, path, expected) => {
    expect(back(`${app.href}${path}`).returnTo).toBe(`${app.href}${expected}`)
  })
})

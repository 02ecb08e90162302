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

  it('adds little to the length of a long page, so that nginx passes its answer', () => {
    const page = `${app.href}/${'a/b?c=d&'.repeat(375)}`
    const { location } = back(page)
    expect(location.length).toBeLessThan(4_000)
    expect(new URL(location).searchParams.get('return_to')).toBe(page)
  })

  it.each([
    ['its path, because of the query', `/a/b?${'%20'.repeat(2_000)}`, '/a/b'],
    ['the start page, because of the path', `/${'%20'.repeat(2_000)}`, '/'],
    ['the start page, because of both', `/${'%20'.repeat(2_000)}?a=b`, '/'],
  ])('stays below 8 KB, and leads to %s', (_title, path, expected) => {
    expect(back(`${app.href}${path}`).returnTo).toBe(`${app.href}${expected}`)
  })
})

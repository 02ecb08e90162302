import { describe, expect, it } from '@jest/globals'
import { countBounce } from '../../../lib/http/redirect-loop.js'
import { createExchange } from '../support/exchange.js'
import { start } from '../support/fake-clock.js'

const page = 'https://app.example/a'

/** A browser that keeps the cookies that it is sent, and goes to log in again and again. */
function createBrowser() {
  const jar = new Map<string, string>()
  let lines: string[] = []
  return {
    jar,
    lines: () => lines,
    visit(returnTo = page, now = start): boolean {
      const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
      const { request } = createExchange({ headers: jar.size === 0 ? {} : { cookie } })
      const { isSent, setCookie } = countBounce(request, returnTo, now)
      lines = [setCookie]
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(setCookie) ?? []
      if (setCookie.includes('Max-Age=0')) jar.delete(name)
      else jar.set(name, value)
      return isSent
    },
  }
}

describe('countBounce', () => {
  it('sends the same navigation three times, and then no more', () => {
    const { visit } = createBrowser()
    expect([1, 2, 3, 4].map((second) => visit(page, start + second * 1_000))).toEqual([
      true,
      true,
      true,
      false,
    ])
  })

  it('begins anew once it has said no, so that nobody stays locked out', () => {
    const { visit, jar } = createBrowser()
    for (let time = 0; time < 4; time += 1) visit()
    expect(jar.size).toBe(0)
    expect(visit()).toBe(true)
  })

  it('begins anew after ten seconds, and for another page', () => {
    const { visit } = createBrowser()
    for (let time = 0; time < 3; time += 1) visit()
    expect(visit('https://app.example/b')).toBe(true)
    const other = createBrowser()
    for (let time = 0; time < 3; time += 1) other.visit()
    expect(other.visit(page, start + 9_999)).toBe(false)
    const late = createBrowser()
    for (let time = 0; time < 3; time += 1) late.visit()
    expect(late.visit(page, start + 10_000)).toBe(true)
  })

  it('begins anew where the clock was set back', () => {
    const { visit } = createBrowser()
    for (let time = 0; time < 3; time += 1) visit()
    expect(visit(page, start - 1)).toBe(true)
  })

  it.each([0, 1_000, 0.5, start + 0.25, 1e15])('counts at the time %d too', (now) => {
    const { visit } = createBrowser()
    expect([0, 1, 2, 3].map(() => visit(page, now))).toEqual([true, true, true, false])
  })

  it.each<[string, string]>([
    ['nothing', ''],
    ['other cookies', 'a=b; ory_kratos_session=c'],
    ['a count that is none', '__Host-ory-login-bounce=x.1.y'],
    ['a count of something else', `__Host-ory-login-bounce=3.${String(start)}.aaaaaaaaaaaa`],
    ['a name that ends alike', `x__Host-ory-login-bounce=3.${String(start)}.aaaaaaaaaaaa`],
    ['a cookie without an end', `__Host-ory-login-bounce=3.${String(start)}.`],
  ])('is not kept from it by %s', (_title, cookie) => {
    const { request } = createExchange({ headers: { cookie } })
    expect(countBounce(request, page, start).isSent).toBe(true)
  })

  it('counts behind a count that somebody planted in front', () => {
    const { visit, lines } = createBrowser()
    for (let time = 0; time < 3; time += 1) visit()
    const own = lines().at(-1)!.split(';', 1)[0]!
    for (const planted of [own.replace(/\.\d+\./, '.1.'), own.replace(/.$/, '!')]) {
      const { request } = createExchange({ headers: { cookie: `${planted}; ${own}` } })
      expect(countBounce(request, page, start).isSent).toBe(false)
    }
  })

  it('sets a cookie that scripts and other sites do not get, and that lives for seconds', () => {
    const browser = createBrowser()
    browser.visit()
    expect(browser.lines()).toEqual([
      expect.stringMatching(
        /^__Host-ory-login-bounce=1\.\d+\.[\w-]{12}; Max-Age=10; Path=\/; HttpOnly; SameSite=Lax; Secure$/,
      ),
    ])
    browser.visit('http://localhost:3000/')
    expect(browser.lines()[0]).toMatch(
      /^ory-login-bounce=1[^;]*; Max-Age=10; Path=\/; HttpOnly; SameSite=Lax$/,
    )
  })

  it('ends what goes to two pages in turn, each at its third time', () => {
    const { visit } = createBrowser()
    const pages = ['a', 'b'].map((name) => `https://app.example/${name}`)
    const sent = Array.from({ length: 8 }, (_, time) => visit(pages[time % 2]))
    expect(sent).toEqual([true, true, true, true, true, true, false, false])
  })

  it('ends what goes to another page each time, after nine', () => {
    const { visit, jar } = createBrowser()
    const sent = Array.from({ length: 10 }, (_, time) => visit(`${page}?${String(time)}`))
    expect(sent).toEqual([...Array<boolean>(9).fill(true), false])
    expect(jar.size).toBe(0)
  })

  it('sends five pages of a browser that opens them one by one', () => {
    const { visit } = createBrowser()
    for (let tab = 0; tab < 5; tab += 1) expect(visit(`${page}/${String(tab)}`)).toBe(true)
  })

  it('bounds its cookie, whatever cookies come', () => {
    const entries = Array.from(
      { length: 400 },
      (_, n) => `1.${String(start)}.${String(n).padStart(12, 'a')}`,
    )
    const cookies = Array.from(
      { length: 40 },
      (_, n) => `__Host-ory-login-bounce=${entries.slice(n * 9, n * 9 + 9).join('/')}`,
    )
    const { request } = createExchange({ headers: { cookie: cookies.join('; ') } })
    expect(countBounce(request, page, start).setCookie.length).toBeLessThan(400)
  })

  it('looks at no cookie that it can not have set', () => {
    const entries = `/3.${String(start)}.aaaaaaaaaaaa`.repeat(40)
    for (const value of [
      `3.${String(start)}.aaaaaaaaaaaa${entries}`,
      `9.${String(start)}.aaaaaaaaaaaa`,
    ]) {
      const { request } = createExchange({
        headers: { cookie: `__Host-ory-login-bounce=${value}` },
      })
      expect(countBounce(request, page, start).setCookie).not.toContain('aaaaaaaaaaaa')
    }
  })
})

import { describe, expect, it } from '@jest/globals'
import { createHash } from 'node:crypto'
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
      const { isSent, setCookies } = countBounce(request, returnTo, now)
      lines = [...setCookies]
      for (const line of lines) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
        if (line.includes('Max-Age=0')) jar.delete(name)
        else jar.set(name, value)
      }
      return isSent
    },
  }
}

/** What the page is called in the name of its cookie. */
const own = createHash('sha256').update(page).digest('base64url').slice(0, 12)

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
    ['a count that is none', '__Host-ory-login-bounce-aaaaaaaaaaaa=x.1'],
    ['a count of something else', `__Host-ory-login-bounce-aaaaaaaaaaaa=3.${String(start)}`],
    ['a name that ends alike', `x__Host-ory-login-bounce-${own}=3.${String(start)}`],
    ['a name without the prefix', `ory-login-bounce-${own}=3.${String(start)}`],
    ['a time that is to come', `__Host-ory-login-bounce-${own}=3.${String(start + 1)}`],
  ])('is not kept from it by %s', (_title, cookie) => {
    const { request } = createExchange({ headers: { cookie } })
    expect(countBounce(request, page, start).isSent).toBe(true)
  })

  it('counts behind a count that somebody planted in front', () => {
    const counted = `__Host-ory-login-bounce-${own}=3.${String(start)}`
    for (const planted of [counted.replace('=3.', '=1.'), counted.replace(/\d$/, '!')]) {
      const { request } = createExchange({ headers: { cookie: `${planted}; ${counted}` } })
      expect(countBounce(request, page, start).isSent).toBe(false)
    }
  })

  it('sets a cookie that scripts and other sites do not get, and that lives for seconds', () => {
    const browser = createBrowser()
    browser.visit()
    expect(browser.lines()).toEqual([
      expect.stringMatching(
        /^__Host-ory-login-bounce-[\w-]{12}=1\.\d+; Max-Age=10; Path=\/; HttpOnly; SameSite=Lax; Secure$/,
      ),
    ])
    browser.visit('http://localhost:3000/')
    expect(browser.lines()[0]).toMatch(
      /^ory-login-bounce-[\w-]{12}=1[^;]*; Max-Age=10; Path=\/; HttpOnly; SameSite=Lax$/,
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

  it('has tabs that work at the same time keep their own counts', () => {
    const pages = ['a', 'b', 'c'].map((name) => `${page}/${name}`)
    const shared = new Map<string, string>()
    const rounds = [1, 2, 3, 4].map(() => {
      // All ask before the first is answered.
      const cookie = [...shared].map(([name, value]) => `${name}=${value}`).join('; ')
      return pages.map((of) => {
        const { request } = createExchange({ headers: { cookie } })
        const { isSent, setCookies } = countBounce(request, of, start)
        for (const line of setCookies) {
          const [pair = ''] = line.split(';', 1)
          shared.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1))
        }
        return isSent
      })
    })
    expect(rounds).toEqual([...Array(3).fill([true, true, true]), [false, false, false]])
  })

  it('takes back a bounded number of cookies, whatever cookies come', () => {
    const cookies = Array.from(
      { length: 400 },
      (_, n) => `__Host-ory-login-bounce-${String(n).padStart(12, 'a')}=1.${String(start)}`,
    )
    const { request } = createExchange({ headers: { cookie: cookies.join('; ') } })
    const { isSent, setCookies } = countBounce(request, page, start)
    expect([isSent, setCookies.length]).toEqual([false, 9])
  })

  it('looks at no cookie that it can not have set', () => {
    for (const value of [`9.${String(start)}`, `3.${'0'.repeat(200)}${String(start)}`, '3.']) {
      const { request } = createExchange({
        headers: { cookie: `__Host-ory-login-bounce-${own}=${value}` },
      })
      expect(countBounce(request, page, start).isSent).toBe(true)
    }
  })
})

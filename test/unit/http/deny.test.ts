import { describe, expect, it } from '@jest/globals'
import { seeOther } from '../../../lib/http/respond.js'
import { giveUp } from '../../../lib/http/deny.js'
import { createExchange } from '../support/exchange.js'

describe('giveUp', () => {
  const boom = new Error('boom')

  it('leaves nothing of an answer to the error handler', () => {
    const { response } = createExchange()
    response.statusCode = 401
    response.setHeader('Content-Length', 7)
    response.setHeader('Content-Type', 'application/problem+json')
    response.setHeader('Location', '/')
    response.setHeader('Vary', 'Cookie')
    const nexts: unknown[] = []
    giveUp(response, (error) => nexts.push(error), boom)
    expect(nexts).toEqual([boom])
    expect(response.statusCode).toBe(500)
    expect(response.getHeaders()).toEqual({ vary: 'Cookie' })
  })

  it('changes nothing where the head is out', () => {
    const { response } = createExchange()
    response.writeHead(401)
    const nexts: unknown[] = []
    giveUp(response, (error) => nexts.push(error), boom)
    expect(nexts).toEqual([boom])
    expect(response.statusCode).toBe(401)
  })
})

describe('seeOther', () => {
  it('says nothing of a body that another has prepared', () => {
    const { response } = createExchange()
    response.setHeader('Content-Encoding', 'gzip')
    response.setHeader('Content-Length', 7)
    seeOther(response, '/a')
    expect(response.getHeaders()).toMatchObject({ location: '/a', 'content-length': 0 })
    expect(response.hasHeader('content-encoding')).toBe(false)
  })
})

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createOrySession } from 'express-ory-session'
import { sendAll } from '../over-http/load.js'
import { startStubOry } from '../stub-ory.js'
import type { CallCount } from '../stub-ory.js'
import { cookieHeader, requestBytes } from '../visitor.js'

/** How often Ory was asked, for how many requests by how many visitors. */
export interface Calls extends CallCount {
  readonly requests: number
  readonly visitors: number
}

/** Requests at once, of one visitor whom nobody has seen. */
export function countHerd(): Promise<Calls> {
  const order = Array.from({ length: 200 }, () => 0)
  // Ory takes so long that even a busy machine has read the last before the first is answered.
  return countCalls(order, order.length, 500)
}

/** Requests of visitors some of whom come often and most seldom, as Zipf has it. */
export function countZipf(): Promise<Calls> {
  return countCalls(drawZipf(20_000, 2_000), 32, 20)
}

/** Sends a request of each visitor in turn to a server with the package in front. */
async function countCalls(
  order: readonly number[],
  connections: number,
  delayMs: number,
): Promise<Calls> {
  const stub = await startStubOry({ delayMs })
  const ory = createOrySession({ url: stub.url, cacheTtlMs: 3_600_000 })
  const guard = ory.requireSession()
  const server = createServer((request, response) => {
    guard(request, response, () => {
      response.setHeader('Content-Length', 0)
      response.end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    const requests = new Map(order.map((visitor) => [visitor, requestBytes(cookieHeader(visitor))]))
    const { port } = server.address() as AddressInfo
    const sent = order.map((visitor) => requests.get(visitor)!)
    const { statuses } = await sendAll(port, sent, connections)
    if (statuses['200'] !== order.length) {
      throw new Error(`Not everybody was let in: ${JSON.stringify(statuses)}`)
    }
    return { ...stub.count(), requests: order.length, visitors: requests.size }
  } finally {
    server.closeAllConnections()
    server.close()
    await ory.close()
    await stub.close()
  }
}

/** Draws visitors, the n-th most frequent of them with a weight of 1/n. */
function drawZipf(draws: number, visitors: number): number[] {
  let sum = 0
  const upTo = Array.from({ length: visitors }, (_, index) => (sum += 1 / (index + 1)))
  return Array.from({ length: draws }, () => {
    const point = Math.random() * sum
    return upTo.findIndex((share) => point < share)
  })
}

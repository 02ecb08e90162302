import type { AddressInfo } from 'node:net'
import { createOrySession } from 'express-ory-session'
import { createApp } from '../api/app.js'
import { connectRedis } from './redis.js'

/** One process of the fleet: the API example, with a store. It tells its parent its port. */
const { ORY_SDK_URL, ORY_STORE_SECRET } = process.env
const redis = await connectRedis()
const ory = createOrySession({
  url: ORY_SDK_URL,
  store: redis.store,
  storeSecret: ORY_STORE_SECRET,
  onDenied: (error, _request, _response, next) => next(error),
})
const server = createApp(ory).listen(0, '127.0.0.1', () => {
  process.send?.((server.address() as AddressInfo).port)
})

process.once('disconnect', () => {
  server.closeAllConnections()
  server.close(() => void ory.close().then(() => redis.close()))
})

export { redisStore } from './redis-store.js'
export type { RedisStoreOptions, SendCommand } from './redis-store.js'

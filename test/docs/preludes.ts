/** What a reader has already when a snippet begins, by the name in the comment before it. */
export const preludes: Readonly<Record<string, string>> = {
  app: `declare const app: import('express').Express`,
  server: `declare const server: import('node:http').Server`,
  ory: `declare const ory: import('express-ory-session').OrySession`,
  cors: `declare const cors: (options: { origin: string[]; credentials: boolean }) => import('express').RequestHandler`,
  isAdmin: `declare const isAdmin: (session: import('express-ory-session').Session) => boolean`,
  disableAtOry: `declare const disableAtOry: (identityId: string) => Promise<void>`,
  webSockets: `interface WebSockets { handleUpgrade(request: import('node:http').IncomingMessage, socket: import('node:stream').Duplex, head: Buffer, take: (webSocket: { send(text: string): void }) => void): void }; declare const webSockets: WebSockets`,
  redis: `declare const redis: ReturnType<typeof import('redis').createClient>`,
  ioredis: `declare const ioredis: import('ioredis').Redis`,
  redisStore: `declare const redisStore: typeof import('express-ory-session/redis').redisStore`,
  store: `declare const store: import('express-ory-session').SessionStore`,
  other: `declare const other: import('express-ory-session').SessionStore`,
  test: `declare const test: (name: string, run: () => Promise<void>) => void`,
}

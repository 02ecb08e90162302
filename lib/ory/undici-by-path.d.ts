// The two modules of undici 7 that this package needs. The index of undici loads all of it (its fetch,
// WebSocket, cache), which takes three times as long, and Bun replaces the index by a stub.
declare module 'undici/lib/dispatcher/pool.js' {
  export { Pool as default } from 'undici'
}
declare module 'undici/lib/dispatcher/client.js' {
  export { Client as default } from 'undici'
}

export interface Traits {
  email: string
  name: { first: string; last?: string }
}

declare module 'express-ory-session' {
  interface Register {
    property: 'ory'
    traits: Traits
    metadataPublic: { role: 'admin' | 'member' }
  }
}

/** Freezes JSON through and through, as the sessions are that the middleware hands out. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    Object.values(value).forEach(deepFreeze)
    Object.freeze(value)
  }
  return value
}

/** What is left of a value once it has been sent as JSON; and nobody else's to change. */
export function copyJson<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T
}

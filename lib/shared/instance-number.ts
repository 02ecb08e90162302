// By the registry, so that two copies of the package in one process share one count.
const counter = Symbol.for('express-ory-session.instances')
const number = Symbol.for('express-ory-session.instance')

const shared: { [counter]?: number } = globalThis as object

/** A number for a new instance, which its messages bear. */
export function nextInstanceNumber(): number {
  const next = (shared[counter] ?? 0) + 1
  shared[counter] = next
  return next
}

/** Notes the number on the instance itself, not enumerably. */
export function numberInstance<T extends object>(instance: T, value: number): T {
  return Object.defineProperty(instance, number, { value })
}

/** The number of an instance; `undefined` for another object. */
export function instanceNumberOf(instance: object): number | undefined {
  const value: unknown = Reflect.get(instance, number)
  return typeof value === 'number' ? value : undefined
}

export { instrument } from './instrument.js'
export type { InstrumentedOry, InstrumentOptions } from './instrument.js'

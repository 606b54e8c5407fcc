/** The streams of calls, which are loaded together with the first one. */
export { IterableSource } from './iterable-source.js'
export { ObjectStream } from './object-stream.js'
export { PartialSource } from './partial-source.js'

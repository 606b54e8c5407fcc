/** The sources of streamed calls, which are loaded together with the first stream. */
export { IterableSource } from './iterable-source.js'
export { PartialSource } from './partial-source.js'

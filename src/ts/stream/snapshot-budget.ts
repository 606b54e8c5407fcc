/** Decides when to copy the value for a snapshot. */
import type { Container } from '../common/plain.js'

/**
 * The cost of a snapshot in nanoseconds (approximately), compared with the parsing work since the last one. Measured
 * on V8: copying an array takes 0.6 ns an element, 3 ns past some ten thousand, and as much again to collect it
 * later; an object 15 ns a key while it is small, 200 to 400 ns once it is a dictionary.
 */
export function copyCost(container: Container, width: number): number {
  if (Array.isArray(container)) return container.length * (container.length < 16_000 ? 2 : 4)
  return width * (width < 25 ? 15 : 300)
}

/** Open containers below this cost are copied every time. */
export const FREE = 500
export const UNIT_EARNS = 20
export const OP_EARNS = 50

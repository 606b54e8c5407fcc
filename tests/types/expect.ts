/** Two types are the same, in both directions and with the same modifiers. */
export type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false

/** Fails to check unless its argument is `true`. */
export function expect<_T extends true>(): void {}

/** The value type of a promise. */
export type Value<P> = P extends Promise<infer V> ? V : never

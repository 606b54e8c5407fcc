/** Changes of a value while it arrives, as they are told to consumers and relayed. */

export type Path = readonly (string | number)[]

/** One change: what happened at `path`, and whether the value there is complete. */
export type Patch =
  /** A value begins (an empty container, the first part of a string) or comes whole. */
  | { readonly path: Path; readonly op: 'set'; readonly value: unknown; readonly done: boolean }
  /** More of a string. */
  | { readonly path: Path; readonly op: 'append'; readonly text: string; readonly done: boolean }
  /** The container or the string at `path` is complete. */
  | { readonly path: Path; readonly op: 'done'; readonly done: true }
  /** What showed before is void: the whole value starts again from `value` (`undefined` when there is none). */
  | { readonly path: Path; readonly op: 'reset'; readonly value: unknown; readonly done: false }

export type Container = Record<string, unknown> | unknown[]

export function misplaced(path: Path): Error {
  return new Error(
    `A relayed patch does not continue the value (at ${JSON.stringify(path)}): patches were lost or reordered.`,
  )
}

/** What the commands of the command line share: their shape, the reading of arguments, and exit codes. */
import { parseArgs } from 'node:util'
import type { Loader } from '../wasm/loader.js'

/** The command line is wrong: exit code {@link EXIT.usage}. */
export class UsageError extends Error {}

/** Exit codes, for scripts. */
export const EXIT = {
  ok: 0,
  /** The result is negative: a schema cannot be sent, an answer stays invalid, a search finds nothing. */
  negative: 1,
  /** The command line, a file or an option is wrong. */
  usage: 2,
  /** The provider or the network failed. */
  provider: 3,
  /** Stopped by Ctrl-C. */
  interrupted: 130,
} as const

/** One command. */
export interface Command {
  readonly usage: string
  /** Returns the exit code. */
  readonly run: (args: readonly string[], loader: Loader) => number | Promise<number>
}

/** The options of a command; `string` may occur several times, and the last one counts unless it is a list. */
export type OptionKinds = Readonly<Record<string, 'string' | 'boolean' | 'list'>>

/** The arguments of a command by kind. */
export class Arguments {
  readonly positionals: readonly string[]
  readonly #values: Readonly<Record<string, unknown>>

  constructor(args: readonly string[], kinds: OptionKinds) {
    const options = Object.fromEntries(
      Object.entries(kinds).map(([name, kind]) => [
        name,
        {
          type: kind === 'boolean' ? ('boolean' as const) : ('string' as const),
          multiple: kind === 'list',
        },
      ]),
    )
    try {
      const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true })
      this.#values = values
      this.positionals = positionals
    } catch (error) {
      throw new UsageError((error as Error).message.split('. To specify')[0])
    }
  }

  text(name: string): string | undefined {
    const value = this.#values[name]
    return typeof value === 'string' ? value : undefined
  }

  flag(name: string): boolean {
    return this.#values[name] === true
  }

  list(name: string): readonly string[] {
    const value = this.#values[name]
    return Array.isArray(value) ? value.map(String) : []
  }

  /** A number that is not negative. */
  number(name: string): number | undefined {
    const text = this.text(name)
    if (text === undefined) return undefined
    const value = Number(text)
    if (!text.trim() || !(value >= 0)) throw new UsageError(`--${name} must be a number; got ${text}.`)
    return value
  }
}

export function print(text: string): void {
  process.stdout.write(`${text}\n`)
}

/** Columns of equal width, separated by two spaces. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)))
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

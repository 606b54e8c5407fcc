/** `providers`: the providers with their variables and modes. */
import { OTHER_NAMES, ROWS } from '../registry/rows.js'
import { Arguments, type Command, EXIT, print, table } from './command.js'

export const providers: Command = {
  usage: `instructor-wasm providers [words] [--json]

  Lists the providers that match all words: by id, other name, host, variable or mode.

  --json   the list as JSON

  Exit codes: 0 found, 1 no provider matches, 2 wrong usage.`,
  run(args) {
    const given = new Arguments(args, { json: 'boolean' })
    const words = given.positionals.map((word) => word.toLowerCase())
    const all = ROWS.map((row) => ({
      id: row.id,
      names: OTHER_NAMES.filter(([, id]) => id === row.id).map(([name]) => name),
      variables: [
        ...(row.keyEnv ?? []),
        ...(row.filled?.[1] ?? []),
        ...(row.missingBase ? [row.missingBase] : []),
      ],
      mode: row.mode ?? 'TOOLS',
      modes: row.modes ?? null,
      address: row.base ?? null,
    }))
    const found = all.filter((one) => {
      const text = JSON.stringify(one).toLowerCase()
      return words.every((word) => text.includes(word))
    })
    if (given.flag('json')) print(JSON.stringify(found, null, 2))
    else if (found.length)
      print(
        table([
          ['provider', 'default mode', 'variables', 'address'],
          ...found.map(({ id, mode, variables, address }) => [
            id,
            mode,
            variables.join(' ') || '-',
            address ?? '-',
          ]),
        ]),
      )
    else console.error(`No provider matches ${words.join(' ')}.`)
    return found.length ? EXIT.ok : EXIT.negative
  },
}

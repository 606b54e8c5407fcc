/** Chooses the command and turns its errors into exit codes. */
import { ConfigurationError } from '../common/errors.js'
import type { Loader } from '../wasm/loader.js'
import { type Command, EXIT, print, UsageError } from './command.js'
import { docs } from './docs.js'
import { extract } from './extract.js'
import { lint } from './lint.js'
import { providers } from './providers.js'

const COMMANDS: Readonly<Record<string, Command>> = { docs, providers, lint, extract }

const usage = () =>
  `${Object.values(COMMANDS)
    .map((command) => command.usage)
    .join('\n\n')}\n`

/** Runs the command line and returns the exit code. */
export async function main(args: readonly string[], loader: Loader): Promise<number> {
  const [name, ...rest] = args
  if (name === undefined || name === '--help' || name === '-h') {
    print(usage())
    return name === undefined ? EXIT.usage : EXIT.ok
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (!command) {
    console.error(`instructor-wasm: ${name} is not a command.\n\n${usage()}`)
    return EXIT.usage
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    print(command.usage)
    return EXIT.ok
  }
  try {
    return await command.run(rest, loader)
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof ConfigurationError)) throw error
    const help = error instanceof UsageError ? `\n\nSee instructor-wasm ${name} --help.` : ''
    console.error(`instructor-wasm: ${error.message}${help}`)
    return EXIT.usage
  }
}

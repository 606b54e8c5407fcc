/** `extract`: text from the standard input to a validated value on the standard output. */
import { readFileSync } from 'node:fs'
import { Instructor } from '../client/client.js'
import { audio, image, pdf } from '../client/media.js'
import type { Part } from '../client/messages.js'
import type { Completion } from '../common/completion.js'
import {
  ConfigurationError,
  IncompleteOutputError,
  InstructorRetryError,
  ModeError,
  NetworkError,
  ProviderError,
  RefusalError,
  ResponseParsingError,
  TimeoutError,
  ValidationError,
} from '../common/errors.js'
import { Arguments, type Command, EXIT, print, UsageError } from './command.js'
import { readSchema } from './schema-file.js'
import { Screen } from './screen.js'

export const extract: Command = {
  usage: `instructor-wasm extract --model <provider/model> --schema <schema.json | schemas.ts#User> < text

  Prints the value as JSON. In a terminal the value is drawn while it grows; progress goes to the standard error.
  The key comes from the provider's variable (\`instructor-wasm providers\` lists them).

  --prompt <text>       the instruction; the standard input follows it
  --system <text>       a system message
  --image, --audio, --pdf <file or URL>   a file in the message; each may occur several times
  --list                the schema is of one element: prints one line of JSON per element, as it arrives
  --partial             prints a line of JSON for every partial value
  --compact             prints JSON without line breaks
  --mode <mode>         TOOLS, JSON_SCHEMA, JSON, MD_JSON, …
  --base-url <url>      another server with the provider's API
  --max-retries <n>     reasks after an invalid answer (3)
  --timeout <seconds>   for the whole call
  --quiet               no progress

  Exit codes: 0 valid, 1 no valid answer (refused, cut off, invalid after all attempts), 2 wrong usage,
  3 the provider or the network failed, 130 interrupted.`,
  async run(args, loader) {
    const given = new Arguments(args, {
      model: 'string',
      schema: 'string',
      prompt: 'string',
      system: 'string',
      image: 'list',
      audio: 'list',
      pdf: 'list',
      list: 'boolean',
      partial: 'boolean',
      compact: 'boolean',
      mode: 'string',
      'base-url': 'string',
      'max-retries': 'string',
      timeout: 'string',
      quiet: 'boolean',
    })
    const [model, schema] = [given.text('model'), given.text('schema')]
    if (!model) throw new UsageError('--model is missing, such as --model openai/gpt-4o-mini.')
    if (!schema) throw new UsageError('--schema is missing.')
    if (schema === '-') throw new UsageError('The schema must be a file: the standard input is the text.')
    if (given.positionals.length)
      throw new UsageError(
        `${given.positionals[0]} is not an option. The text comes from the standard input.`,
      )
    const responseModel = await readSchema(schema)
    const stop = new AbortController()
    const interrupted = () => stop.abort(new Error('interrupted'))
    process.once('SIGINT', interrupted)
    const progress = new Progress(given.flag('quiet'))
    try {
      const client = new Instructor(loader, model, {
        ...optional('mode', given.text('mode')),
        ...optional('baseURL', given.text('base-url')),
        hooks: progress.hooks,
      })
      const seconds = given.number('timeout')
      const params = {
        responseModel,
        messages: messagesOf(given),
        signal: stop.signal,
        ...optional('maxRetries', given.number('max-retries')),
        ...optional('timeout', seconds === undefined ? undefined : seconds * 1000),
      }
      progress.say(`${model}: waiting for an answer`)
      const completion = given.flag('list')
        ? await elements(client.createIterable(params))
        : await value(client.createPartial(params), given)
      progress.done(completion)
      return EXIT.ok
    } catch (error) {
      if (stop.signal.aborted) return EXIT.interrupted
      if (error instanceof UsageError) throw error
      console.error(`instructor-wasm: ${(error as Error).message}`)
      return exitCode(error)
    } finally {
      process.removeListener('SIGINT', interrupted)
    }
  },
}

const optional = <K extends string, V>(name: K, value: V | undefined): { [P in K]?: V } =>
  value === undefined ? {} : ({ [name]: value } as { [P in K]?: V })

/** The message: the instruction, the standard input, the files. */
function messagesOf(given: Arguments) {
  const files = [
    ...given.list('image').map((source) => image(source)),
    ...given.list('audio').map((source) => audio(source)),
    ...given.list('pdf').map((source) => pdf(source)),
  ]
  const input = process.stdin.isTTY && files.length ? '' : readFileSync(0, 'utf8')
  const text = [given.text('prompt'), input].filter((part) => part?.trim()).join('\n\n')
  if (!text && !files.length)
    throw new UsageError('The text is missing: pipe it into the command, or use --prompt.')
  const content: (string | Part)[] = text ? [text, ...files] : files
  const system = given.text('system')
  return [
    ...(system ? [{ role: 'system', content: system }] : []),
    { role: 'user', content: files.length ? content : text },
  ]
}

interface Stream<Item, Final> extends AsyncIterable<Item> {
  final(): Promise<Final>
  completion(): Promise<Completion>
}

async function elements(stream: Stream<unknown, unknown>): Promise<Completion> {
  for await (const element of stream) print(JSON.stringify(element))
  return stream.completion()
}

async function value(stream: Stream<unknown, unknown>, given: Arguments): Promise<Completion> {
  const screen = process.stdout.isTTY && !given.flag('partial') ? new Screen(process.stdout) : undefined
  let last = 0
  for await (const partial of stream) {
    if (given.flag('partial')) print(JSON.stringify(partial))
    // A terminal shows some frames per second; drawing every chunk only costs time.
    else if (screen && Date.now() - last > 50) {
      last = Date.now()
      screen.draw(JSON.stringify(partial, null, 2))
    }
  }
  const final = await stream.final()
  screen?.clear()
  if (!given.flag('partial')) print(JSON.stringify(final, null, given.flag('compact') ? 0 : 2))
  return stream.completion()
}

/** Lines on the standard error. */
class Progress {
  readonly #quiet: boolean
  readonly #began = Date.now()

  constructor(quiet: boolean) {
    this.#quiet = quiet
  }

  readonly hooks = {
    'parse:error': (error: Error, { attemptNumber }: { attemptNumber: number }) =>
      this.say(`attempt ${attemptNumber} is invalid: ${error.message}`),
    'completion:error': (error: Error, { attemptNumber }: { attemptNumber: number }) =>
      this.say(`attempt ${attemptNumber} failed: ${error.message}`),
  }

  say(text: string): void {
    if (!this.#quiet) console.error(text)
  }

  done({ attempts, usage }: Completion): void {
    const count = attempts.length
    const tokens = usage ? `, ${usage.inputTokens} tokens in, ${usage.outputTokens} out` : ''
    const seconds = ((Date.now() - this.#began) / 1000).toFixed(1)
    this.say(`${count} ${count === 1 ? 'attempt' : 'attempts'}${tokens}, ${seconds} s`)
  }
}

/** The exit code for the error of a call. */
export function exitCode(error: unknown): number {
  if (error instanceof InstructorRetryError) {
    const { cause } = error
    return cause instanceof ProviderError || cause instanceof NetworkError ? EXIT.provider : EXIT.negative
  }
  if (error instanceof ProviderError || error instanceof NetworkError || error instanceof TimeoutError)
    return EXIT.provider
  if (
    error instanceof ValidationError ||
    error instanceof ResponseParsingError ||
    error instanceof RefusalError ||
    error instanceof IncompleteOutputError
  )
    return EXIT.negative
  return error instanceof ConfigurationError || error instanceof ModeError ? EXIT.usage : EXIT.negative
}

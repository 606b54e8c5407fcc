/** The app's own tools: functions that the LLM may call before it gives the answer. */
import { describe } from '../common/describe.js'
import { ConfigurationError } from '../common/errors.js'
import { type Json, toJson } from '../common/json.js'
import { whenAborted } from '../common/signals.js'
import { guarded } from '../common/validating.js'
import type { Infer, SingleModel } from '../schema/infer.js'
import { plainIssue } from '../schema/issues.js'
import type { SchemaValidator } from '../schema/model.js'
import { toModel } from '../schema/read-model.js'
import { OWN_TOOL, type OwnTools, type ToolHost } from './tool-calls.js'

/** What a tool gets in addition to its arguments. */
export interface ToolContext {
  /** Is aborted with the call. */
  readonly signal: AbortSignal
  /** The id of the model's call of the tool. */
  readonly callId: string
  /** The `context` of the call, or an empty object. */
  readonly context: Readonly<Record<string, unknown>>
}

/** A tool: see {@link defineTool}. */
export interface ToolDefinition<P extends SingleModel = SingleModel> {
  /** Letters, digits, `_` and `-`, at most 64; the first is a letter or `_`. */
  readonly name: string
  /** What the tool does and when to call it, for the LLM. */
  readonly description?: string
  /** The schema of the arguments, an object. Without it the tool has none. */
  readonly parameters?: P
  /**
   * Runs the tool with validated arguments. The result is the answer to the LLM: a string, or a value that becomes JSON. A
   * {@link ToolError} is reported to the LLM; any other exception ends the call.
   */
  run(args: Infer<P>, about: ToolContext): unknown
}

/** A problem that the LLM can solve: its message is the result of the tool's call. */
export class ToolError extends Error {
  /** The name of the class. */
  override readonly name = 'ToolError'
}

/** A tool that {@link defineTool} has made. */
export class OwnTool {
  /** The name of the tool for the LLM. */
  readonly name: string
  /** What the tool does and when to call it. */
  readonly description: string | undefined
  /** The model of the arguments. */
  readonly parameters: SingleModel
  /** Runs the tool with validated arguments. */
  readonly run: (args: never, about: ToolContext) => unknown

  /** @internal */
  constructor({ name, description, parameters, run }: ToolDefinition<SingleModel>) {
    this.name = name
    this.description = description
    this.parameters = parameters ?? NO_PARAMETERS
    this.run = run
  }

  /** @internal The tools of a call; every tool has this method, so that apps without tools do not contain its code. */
  [OWN_TOOL](tools: readonly unknown[], bySchema: SchemaValidator): OwnTools {
    return ownTools(tools as readonly OwnTool[], bySchema)
  }
}

const NO_PARAMETERS = { type: 'object', properties: {}, additionalProperties: false } as const
const NAME = /^[A-Za-z_][\w-]{0,63}$/

/**
 * Defines a tool for the parameter or option `tools`.
 *
 * @throws ConfigurationError if the definition is wrong.
 * @example
 * ```ts
 * const weather = defineTool({
 *   name: 'weather',
 *   description: 'The weather of a city today.',
 *   parameters: z.object({ city: z.string() }),
 *   run: async ({ city }, { signal }) => (await fetch(`https://weather.example/${city}`, { signal })).json(),
 * })
 * const plan = await client.create({ responseModel: Plan, tools: [weather], messages })
 * ```
 */
export function defineTool<const P extends SingleModel = typeof NO_PARAMETERS>(
  definition: ToolDefinition<P>,
): OwnTool {
  const { name, description, run } = definition ?? {}
  if (typeof name !== 'string' || !NAME.test(name))
    throw wrong(
      `name must have letters, digits, _ and -, at most 64, and a letter or _ first; got ${typeof name === 'string' ? `'${name}'` : describe(name)}`,
    )
  if (description !== undefined && typeof description !== 'string')
    throw wrong(`description must be a string, not ${describe(description)}`)
  if (typeof run !== 'function') throw wrong(`run must be a function, not ${describe(run)}`)
  return new OwnTool(definition as ToolDefinition)
}

const wrong = (what: string) => new ConfigurationError(`defineTool: ${what}.`, { parameter: 'tools' })

/** A call of the core: see `ToolRun` in src/call/machine/steps.rs. */
interface Run {
  readonly id: string
  readonly tool: number
  readonly arguments: unknown
}

interface Result {
  readonly text: string
  readonly isError: boolean
}

function ownTools(tools: readonly OwnTool[], bySchema: SchemaValidator): OwnTools {
  const twice = tools.find(({ name }, i) => tools.findIndex((other) => other.name === name) !== i)
  if (twice)
    throw new ConfigurationError(`tools has two tools with the name '${twice.name}'.`, { parameter: 'tools' })
  const models = tools.map(({ name, parameters }) => toModel(parameters, `tools.${name}.parameters`))
  const one = async (
    { id, tool, arguments: given }: Run,
    { validating, context }: ToolHost,
    signal: AbortSignal,
  ): Promise<Result> => {
    const model = models[tool]!
    const { run } = tools[tool]!
    const checked = await guarded({ ...validating, signal }, () => model.validate(given, bySchema))
    if (checked.issues) return { text: problems(checked.issues.map(plainIssue)), isError: true }
    if (signal.aborted) throw signal.reason
    try {
      return {
        text: text(await run(checked.value as never, { signal, callId: id, context })),
        isError: false,
      }
    } catch (thrown) {
      if (thrown instanceof ToolError) return { text: thrown.message, isError: true }
      throw thrown
    }
  }
  return {
    wire: models.map(({ wire: { schema, description } }, i) => ({
      name: tools[i]!.name,
      description: tools[i]!.description ?? description,
      schema,
    })) as Json[],
    schemas: models.filter(({ plain }) => plain).map(({ wire }) => wire.schema),
    run: async (calls, host) => {
      const controller = new AbortController()
      const { signal } = controller
      const release = whenAborted(host.validating.signal, (reason) => controller.abort(reason))
      try {
        const runs = JSON.parse(calls) as Run[]
        return JSON.stringify(await Promise.all(runs.map((call) => one(call, host, signal))))
      } catch (thrown) {
        // The other tools of the answer are not needed any more.
        controller.abort(thrown)
        throw thrown
      } finally {
        release()
      }
    },
  }
}

/** The result as the LLM gets it. */
const text = (result: unknown): string =>
  typeof result === 'string' ? result : result === undefined ? '' : toJson(result, 'The result of a tool')

const problems = (issues: readonly { path: readonly unknown[]; message: string }[]): string =>
  [
    'The arguments are not valid:',
    ...issues.map(({ path, message }) => `${path.join('.') || '(root)'}: ${message}`),
  ].join('\n')

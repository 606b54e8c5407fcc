/** `tools({ … })`: several response models by name, of which the LLM calls any number in any order. */
import { describe } from '../common/describe.js'
import { ConfigurationError } from '../common/errors.js'
import type { SingleModel, ToolsModel } from './infer.js'
import { TOOLS } from './model.js'

/** A name that every API with tools accepts. */
const NAME = /^[A-Za-z_][\w-]{0,63}$/

/**
 * The response model of an answer with several calls: each model is a tool with its key as the name. The value is the list of
 * calls, `{ tool, value }`, in their order. A call that is invalid is requested again; valid ones are kept.
 *
 * @throws ConfigurationError if there is no model, or if a key is not a name of a tool.
 * @example
 * ```ts
 * const calls = await client.create({ responseModel: tools({ weather: Weather, search: Search }), messages })
 * for (const call of calls) if (call.tool === 'weather') show(call.value.city)
 * ```
 */
export function tools<const T extends Readonly<Record<string, SingleModel>>>(models: T): ToolsModel<T> {
  if (typeof models !== 'object' || models === null || Array.isArray(models) || !Object.keys(models).length)
    throw wrong(`tools needs an object of models by name, { weather: Weather, … }; got ${describe(models)}.`)
  for (const name of Object.keys(models))
    if (!NAME.test(name))
      throw wrong(
        `tools: '${name}' cannot be the name of a tool. Use letters, digits, _ and -, at most 64, and a letter or _ first.`,
      )
  return { [TOOLS]: { ...models } }
}

const wrong = (message: string) => new ConfigurationError(message, { parameter: 'responseModel' })

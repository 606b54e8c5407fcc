/** The option `schemaPrompt`. A function stays in TypeScript: the core renders the schema, and gets the function's text. */
import { describe } from '../common/describe.js'
import { ConfigurationError } from '../common/errors.js'

export type PromptFunction = (schema: Record<string, unknown>) => string

/** The prompt that describes the schema to the model. */
export type SchemaPrompt = 'types' | 'json-schema' | (string & {}) | PromptFunction

/** The option, as the core gets it: a function becomes a text, which is {@link written} before the request. */
export const plainPrompt = (given: unknown): unknown => (typeof given === 'function' ? { text: '' } : given)

/** The function, if the option is one. */
export const promptFunction = (given: unknown): PromptFunction | undefined =>
  typeof given === 'function' ? (given as PromptFunction) : undefined

/** The text that the function writes for a schema, as the core gets it. */
export function written(write: PromptFunction, schema: string): { readonly text: string } {
  const text: unknown = write(JSON.parse(schema))
  if (typeof text !== 'string')
    throw new ConfigurationError(
      `The schemaPrompt function must return a string; it returned ${describe(text)}.`,
      {
        parameter: 'schemaPrompt',
      },
    )
  return { text }
}

/** The errors for types of Zod without a JSON form. */
import type { ConfigurationError } from '../common/errors.js'
import { noJsonForm } from './walk.js'

/** Types without a JSON form, and their replacements. The key is the kind in Zod 4's terms. */
const INSTEAD: Readonly<Record<string, string>> = {
  date: 'Use z.coerce.date(), which parses the string to a Date, or a string: z.iso.datetime() (Zod 3: z.string().datetime()).',
  map: 'Use z.record(z.string(), …).transform((entries) => new Map(Object.entries(entries))).',
  set: 'Use z.array(…).transform((items) => new Set(items)).',
  bigint: 'Use z.coerce.bigint(), which parses digits in a string, or z.number().int().',
  nan: 'JSON has no NaN. Use z.number().nullable().',
  undefined: 'JSON has no undefined. Use .optional() on the schema of the value, or z.null().',
  void: 'JSON has no undefined. Use .optional() on the schema of the value, or z.null().',
  never: 'No answer matches it. Leave the field out, or make it .optional().',
  promise: 'An answer is not a promise. Use the schema inside it.',
  file: 'A model writes text, not files. Use z.string().',
  symbol: 'Use z.string() or z.enum([…]).',
  function: 'A model writes values, not functions. Leave the field out.',
  custom:
    'z.custom() and z.instanceof() do not define the form of the value. Begin with that form: z.string().refine(…), z.object({ … }).transform(…).',
  transform: 'A transformation does not define its input. Begin with its form: z.string().transform(…).',
  literal: 'Only strings, numbers, booleans and null can be literals of an answer.',
  union: 'None of its members has a JSON form.',
}

/** The error for a kind; `keys` are the steps to it in the value. */
export const zodRefusal = (kind: string, keys: readonly string[]): ConfigurationError =>
  noJsonForm(`z.${kind}()`, keys, INSTEAD[kind] ?? '')

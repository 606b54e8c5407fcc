/** Reads the text of the schema editor: Zod in TypeScript, or JSON Schema. */
import { parser } from '@lezer/javascript'
import * as z from 'zod'
import { children, globalScope, Interpreter, type Scope, SourceError } from './interpreter.js'

export type Language = 'zod' | 'json'

/** The response model of a text. */
export interface Source {
  /** The parameter `responseModel`: one model with its name, or an array of them for several tools. */
  readonly model: NamedSchema | NamedSchema[]
  /** The statement at the end that is only an expression, or `export default`: its start, and that of the expression. */
  readonly end?: { readonly statement: number; readonly expression: number }
}

export interface NamedSchema {
  readonly schema: z.ZodType | Record<string, unknown>
  readonly name?: string
}

const typescript = parser.configure({ dialect: 'ts' })
export const parseTypeScript = (text: string) => typescript.parse(text)

const isSchema = (value: unknown): value is z.ZodType =>
  typeof value === 'object' && value !== null && '_zod' in value

export function readSource(text: string, language: Language): Source {
  return language === 'json' ? { model: { schema: readJson(text) } } : readZod(text)
}

function readJson(text: string): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    const { message } = error as Error
    const at = /position (\d+)/.exec(message)?.[1]
    const from = Math.min(at ? Number(at) : text.length, text.length)
    throw new SourceError(
      `Not JSON: ${message.replace(/^JSON\.parse: /, '')}`,
      from,
      Math.min(from + 1, text.length),
    )
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new SourceError(
      'A JSON Schema is an object, such as { "type": "object", "properties": { … } }.',
      0,
      text.length,
    )
  return value as Record<string, unknown>
}

/** Statements that have no effect on the value. */
const SKIPPED = /^(ImportDeclaration|TypeAliasDeclaration|InterfaceDeclaration|;)$/

/** The declarations of a source up to its end, and the value of `export default` or the last expression. */
export function evaluate(text: string): Evaluated {
  const interpreter = new Interpreter(text)
  return interpreter.limited(() => evaluateWith(interpreter, text))
}

interface Evaluated {
  scope: Scope
  names: string[]
  last: unknown
  lastName?: string
  end?: Source['end']
}

function evaluateWith(interpreter: Interpreter, text: string): Evaluated {
  const scope = globalScope()
  const names: string[] = []
  let last: unknown
  let lastName: string | undefined
  let end: Source['end']
  for (const node of children(parseTypeScript(text).topNode)) {
    if (SKIPPED.test(node.name)) continue
    const inside = node.name === 'ExportDeclaration' ? children(node) : [node]
    const declaration = inside.find(({ name }) => name === 'VariableDeclaration')
    const expression = node.name === 'ExportDeclaration' ? inside.at(-1) : node.firstChild
    if (declaration) names.push(...interpreter.declare(declaration, scope))
    else if (inside.some(({ name }) => SKIPPED.test(name))) continue
    else if (
      expression &&
      (node.name === 'ExpressionStatement' || inside.some(({ name }) => name === 'default'))
    ) {
      const value = expression.name === ';' ? (expression.prevSibling ?? expression) : expression
      last = interpreter.value(value, scope)
      end = { statement: node.from, expression: value.from }
      lastName = value.name === 'VariableName' ? interpreter.text(value) : undefined
    } else interpreter.statement(node, scope)
  }
  return { scope, names, last, lastName, end }
}

function readZod(text: string): Source {
  const { scope, names, last, lastName, end } = evaluate(text)
  const nameOf = (schema: unknown) => names.find((name) => scope[name] === schema)
  const named = (schema: z.ZodType, name = nameOf(schema)): NamedSchema =>
    name ? { schema, name } : { schema }
  if (Array.isArray(last) && last.length > 0 && last.every(isSchema))
    return { model: last.map((one) => named(one)), end }
  if (isSchema(last)) return { model: named(last, lastName), end }
  const name = names.findLast((one) => isSchema(scope[one]))
  if (name) return { model: named(scope[name] as z.ZodType, name) }
  throw new SourceError(
    'There is no schema yet. Declare one: const User = z.object({ name: z.string() })',
    0,
    text.length,
  )
}

/** The JSON Schema of a model, for the editor's other language. */
export function jsonSchemaOf({ schema }: NamedSchema): Record<string, unknown> {
  if (!isSchema(schema)) return schema
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  return rest
}

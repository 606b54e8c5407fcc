/** Completion in the schema's editor: the members that a value really has, and the keywords of JSON Schema. */
import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete'
import type { SyntaxNode } from '@lezer/common'
import { children, globalScope, Interpreter, type Scope } from '../schema/interpreter.js'
import { GLOBALS, membersOf } from '../schema/members.js'
import { parseTypeScript } from '../schema/read.js'

/** Offered first. */
const COMMON = new Set(
  'object string number boolean array enum literal union optional nullable describe min max int default email url date refine iso coerce record'.split(
    ' ',
  ),
)

/** Members of schemas that are for Zod itself, or that no schema's source needs. */
const RARE =
  /^(def|type|shape|parse|safeParse|parseAsync|safeParseAsync|spa|encode|decode|safe[A-Z]\w*|\w+Async|toJSONSchema|isOptional|isNullable|check|clone|register|with|format|minLength|maxLength|minValue|maxValue|isInt|isFinite|bag|description)$/

const option = (label: string, type: string): Completion => ({
  label,
  type,
  ...(COMMON.has(label) ? { boost: 10 } : RARE.test(label) ? { boost: -50 } : {}),
})

/** The declarations before a position; those that cannot be evaluated are left out. */
function scopeAt(interpreter: Interpreter, top: SyntaxNode, position: number): Scope {
  const scope = globalScope()
  for (const node of children(top)) {
    if (node.to > position) break
    for (const declaration of [node, ...children(node)])
      if (declaration.name === 'VariableDeclaration')
        try {
          interpreter.declare(declaration, scope)
        } catch {
          // Reported by the linter.
        }
  }
  return scope
}

export function completeZod(context: CompletionContext): CompletionResult | null {
  const text = context.state.doc.toString()
  const word = context.matchBefore(/\w*/)
  const from = word?.from ?? context.pos
  // A placeholder makes a member of a dot that has none yet.
  const source = `${text.slice(0, context.pos)}${from === context.pos ? 'x' : ''}${text.slice(context.pos)}`
  const top = parseTypeScript(source).topNode
  const node = top.resolveInner(from + 1, -1)
  const interpreter = new Interpreter(source)
  if (text[from - 1] === '.') {
    const target = node.parent?.name === 'MemberExpression' ? node.parent.firstChild : null
    if (!target) return null
    try {
      const value = interpreter.value(target, scopeAt(interpreter, top, from))
      const options = membersOf(value).map((name) =>
        option(name, typeof (value as Record<string, unknown>)[name] === 'function' ? 'method' : 'property'),
      )
      return options.length ? { from, options, validFor: /^\w*$/ } : null
    } catch {
      return null
    }
  }
  if (node.name !== 'VariableName' || (!context.explicit && from === context.pos)) return null
  const scope = scopeAt(interpreter, top, from)
  const names = [...Object.keys(scope), ...Object.keys(GLOBALS)]
  return { from, options: names.map((name) => option(name, 'variable')), validFor: /^\w*$/ }
}

const KEYWORDS =
  'type properties required items enum const title description format minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minLength maxLength pattern minItems maxItems uniqueItems additionalProperties anyOf oneOf allOf not $ref $defs default examples prefixItems'.split(
    ' ',
  )
const VALUES: Readonly<Record<string, string[]>> = {
  type: ['object', 'array', 'string', 'number', 'integer', 'boolean', 'null'],
  format: ['date', 'time', 'date-time', 'email', 'uri', 'uuid', 'ipv4', 'hostname'],
}

export function completeJson(context: CompletionContext): CompletionResult | null {
  const word = context.matchBefore(/"[\w$-]*/)
  if (!word) return null
  const before = context.state.sliceDoc(Math.max(0, word.from - 40), word.from)
  const key = /"(\w+)"\s*:\s*(?:\[[^\]]*)?$/.exec(before)?.[1]
  const names = key ? VALUES[key] : KEYWORDS
  if (!names) return null
  const closed = context.state.sliceDoc(context.pos, context.pos + 1) === '"'
  return {
    from: word.from + 1,
    options: names.map((label) => ({ label, apply: closed ? label : `${label}"`, type: 'keyword' })),
    validFor: /^[\w$-]*$/,
  }
}

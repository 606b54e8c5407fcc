/**
 * Evaluates the subset of TypeScript in which schemas are written: declarations, calls, literals and arrow functions.
 * It is an interpreter of Lezer's syntax tree, because the page's content security policy refuses code that is made from
 * a text, and a shared link may contain any text. Types are skipped. Names and members are those of members.ts.
 */
import type { SyntaxNode } from '@lezer/common'
import { CONSTRUCTORS, GLOBALS, isClosed } from './members.js'
import { literal, operate } from './operators.js'

/** Why a source was not evaluated, and where. */
export class SourceError extends Error {
  override readonly name = 'SourceError'
  constructor(
    message: string,
    readonly from: number,
    readonly to: number,
  ) {
    super(message)
  }
}

/** The value of a `return`; it ends the function. */
class Returned {
  constructor(readonly value: unknown) {}
}

export type Scope = Record<string, unknown>
const inner = (scope: Scope): Scope => Object.create(scope) as Scope
export const globalScope = (): Scope => inner(GLOBALS as Scope)

/** Evaluated nodes of a source, and of each call of one of its functions; more are an error. */
const MAX_STEPS = 300_000

export function children(node: SyntaxNode): SyntaxNode[] {
  const all: SyntaxNode[] = []
  for (let child = node.firstChild; child; child = child.nextSibling)
    if (child.name !== 'LineComment' && child.name !== 'BlockComment') all.push(child)
  return all
}

const TYPES = /^(TypeAnnotation|TypeArgList|TypeParamList)$/
/** The children that are not punctuation, keywords or types. */
const operands = (node: SyntaxNode) =>
  children(node).filter(
    ({ name }) => /^[A-Z]|^(null|this|super)$/.test(name) && name !== 'Equals' && !TYPES.test(name),
  )

export class Interpreter {
  #steps = 0
  #depth = 0
  constructor(readonly source: string) {}

  /** Counts the steps of the outermost call only. */
  limited<T>(run: () => T): T {
    if (this.#depth++ === 0) this.#steps = 0
    try {
      return run()
    } finally {
      this.#depth--
    }
  }

  text(node: SyntaxNode): string {
    return this.source.slice(node.from, node.to)
  }

  fail(node: SyntaxNode, message: string): never {
    throw new SourceError(message, node.from, node.to)
  }

  #unsupported(node: SyntaxNode): never {
    const shown = this.text(node).split('\n', 1)[0] ?? ''
    this.fail(node, `Not supported in this editor: ${shown.length > 40 ? `${shown.slice(0, 40)}…` : shown}`)
  }

  value(node: SyntaxNode, scope: Scope): unknown {
    if (++this.#steps > MAX_STEPS) this.fail(node, 'The schema needs too many steps.')
    if (node.type.isError) this.fail(node, 'Syntax error.')
    const [first, second, third] = operands(node)
    switch (node.name) {
      case 'Number':
        return Number(this.text(node).replaceAll('_', ''))
      case 'String':
        return literal(this.text(node).slice(1, -1))
      case 'BooleanLiteral':
        return this.text(node) === 'true'
      case 'null':
        return null
      case 'RegExp': {
        const text = this.text(node)
        const end = text.lastIndexOf('/')
        return new RegExp(text.slice(1, end), text.slice(end + 1))
      }
      case 'TemplateString':
        return this.#template(node, scope)
      case 'VariableName':
        return this.#variable(node, scope)
      case 'ParenthesizedExpression':
      case 'InstantiationExpression':
      case 'PostfixExpression':
        // `v!` and types: other postfix operators assign.
        if (/(\+\+|--)$/.test(this.text(node))) this.#unsupported(node)
        return first ? this.value(first, scope) : undefined
      case 'ObjectExpression':
        return this.#object(node, scope)
      case 'ArrayExpression':
        return this.#list(node, scope)
      case 'ArrowFunction':
        return this.#function(node, scope)
      case 'MemberExpression':
        return this.#member(node, scope).value
      case 'CallExpression':
        return this.#call(node, scope)
      case 'NewExpression':
        return this.#construct(node, scope)
      case 'ConditionalExpression': {
        const parts = operands(node).filter(({ name }) => name !== 'LogicOp')
        const [test, yes, no] = parts
        if (!test || !yes || !no) return this.fail(node, 'Syntax error.')
        return this.value(this.value(test, scope) ? yes : no, scope)
      }
      case 'BinaryExpression':
        return this.#binary(node, scope)
      case 'UnaryExpression': {
        const operator = this.text(node.firstChild ?? node)
        const operand = operator === 'typeof' ? first : second
        if (!operand) return this.fail(node, 'Syntax error.')
        const value = this.value(operand, scope)
        if (operator === 'typeof') return typeof value
        if (operator === '!') return !value
        if (operator === '-') return -(value as number)
        if (operator === '+') return +(value as number)
        return this.#unsupported(third ?? node)
      }
      default:
        return this.#unsupported(node)
    }
  }

  #variable(node: SyntaxNode, scope: Scope): unknown {
    const name = this.text(node)
    if (name in scope) return scope[name]
    return this.fail(
      node,
      `${name} is not defined here. Available are z and common globals such as Math and Date.`,
    )
  }

  #template(node: SyntaxNode, scope: Scope): string {
    let out = ''
    let at = node.from + 1
    for (const child of children(node)) {
      if (child.name !== 'Interpolation') continue
      out += literal(this.source.slice(at, child.from))
      const [expression] = operands(child).filter(({ name }) => !name.startsWith('Interpolation'))
      if (expression) out += String(this.value(expression, scope))
      at = child.to
    }
    return out + literal(this.source.slice(at, node.to - 1))
  }

  #list(node: SyntaxNode, scope: Scope): unknown[] {
    const out: unknown[] = []
    let spread = false
    for (const child of operands(node)) {
      if (child.name === 'Spread') {
        spread = true
        continue
      }
      const value = this.value(child, scope)
      if (spread) out.push(...(value as Iterable<unknown>))
      else out.push(value)
      spread = false
    }
    return out
  }

  #object(node: SyntaxNode, scope: Scope): Record<string, unknown> {
    const out: Record<string, unknown> = {}
    for (const property of children(node)) {
      if (property.type.isError) this.fail(property, 'Syntax error.')
      if (property.name !== 'Property') continue
      const [key, ...rest] = operands(property)
      if (!key) this.fail(property, 'Syntax error.')
      if (key.name === 'Spread') {
        const spread = rest[0] ? this.value(rest[0], scope) : undefined
        for (const [name, value] of Object.entries(spread ?? {})) out[name] = value
        continue
      }
      const last = rest.at(-1)
      // `{ a }` and `m() {}`.
      if (last?.name === 'Block') {
        this.#put(out, key, this.#function(property, scope))
        continue
      }
      const computed = property.firstChild?.name === '['
      const value = last ? this.value(last, scope) : this.#variable(key, scope)
      this.#put(out, key, value, computed ? String(this.value(key, scope)) : undefined)
    }
    return out
  }

  #put(out: Record<string, unknown>, key: SyntaxNode, value: unknown, computed?: string): void {
    const name = computed ?? (key.name === 'String' ? literal(this.text(key).slice(1, -1)) : this.text(key))
    if (name === '__proto__') this.fail(key, '__proto__ is not a possible key.')
    out[name] = value
  }

  #member(node: SyntaxNode, scope: Scope): { object: unknown; value: unknown } {
    const [target, property] = operands(node)
    if (!target || !property) return this.fail(node, 'Something is missing after the dot.')
    const object = this.value(target, scope)
    const computed = children(node).some(({ name }) => name === '[')
    const key = computed ? this.value(property, scope) : this.text(property)
    // A symbol, or an object with a changing text.
    const name = typeof key === 'number' ? key : String(key)
    if (typeof name === 'string' && isClosed(name))
      this.fail(property, `${name} is not available in this editor.`)
    if (object === undefined || object === null) {
      if (this.source.slice(target.to, property.from).includes('?.')) return { object, value: undefined }
      return this.fail(property, `${this.text(target)} is ${object}.`)
    }
    const value = (object as Record<string | number, unknown>)[name]
    if (value === undefined && object === GLOBALS.z) this.fail(property, `z has no ${name}.`)
    return { object, value }
  }

  #call(node: SyntaxNode, scope: Scope): unknown {
    const [callee, ...rest] = operands(node)
    const list = rest.find(({ name }) => name === 'ArgList')
    if (!callee || !list) return this.#unsupported(node)
    const target = callee.name === 'InstantiationExpression' ? (callee.firstChild ?? callee) : callee
    const { object, value } =
      target.name === 'MemberExpression'
        ? this.#member(target, scope)
        : { object: undefined, value: this.value(target, scope) }
    if (typeof value !== 'function') {
      const optional = children(node).some(({ name }) => name === '?.') || this.text(target).includes('?.')
      if ((value === undefined || value === null) && optional) return undefined
      return this.fail(target, `${this.text(target).replace(/\s+/g, ' ').slice(-60)} is not a function.`)
    }
    const given = this.#list(list, scope)
    try {
      return Reflect.apply(value, object, given)
    } catch (error) {
      if (error instanceof SourceError) throw error
      return this.fail(target, error instanceof Error ? error.message : String(error))
    }
  }

  #construct(node: SyntaxNode, scope: Scope): unknown {
    const [callee, list] = operands(node)
    const made = callee && this.value(callee, scope)
    if (typeof made !== 'function' || !CONSTRUCTORS.has(made)) return this.#unsupported(node)
    return Reflect.construct(made, list ? this.#list(list, scope) : [])
  }

  #binary(node: SyntaxNode, scope: Scope): unknown {
    const all = children(node)
    const [left, operator, right] = all
    if (!left || !operator || !right) return this.fail(node, 'Syntax error.')
    const sign = this.text(operator)
    const value = this.value(left, scope)
    if (sign === 'as' || sign === 'satisfies') return value
    if (sign === '&&') return value && this.value(right, scope)
    if (sign === '||') return value || this.value(right, scope)
    if (sign === '??') return value ?? this.value(right, scope)
    const other = this.value(right, scope)
    return operate(sign, value, other) ?? this.#unsupported(node)
  }

  #function(node: SyntaxNode, scope: Scope): (...given: unknown[]) => unknown {
    const parts = children(node).filter(({ name }) => !TYPES.test(name))
    const parameters = parts.find(({ name }) => name === 'ParamList')
    const single = parts.find(({ name }) => name === 'VariableDefinition')
    const body = parts.at(-1)
    if (!body) return this.fail(node, 'Syntax error.')
    const asynchronous = parts[0]?.name === 'async'
    const run = (given: unknown[]): unknown => {
      const local = inner(scope)
      if (parameters) this.#parameters(parameters, given, local)
      else if (single) local[this.text(single)] = given[0]
      if (body.name !== 'Block') return this.value(body, local)
      const result = this.block(body, local)
      return result instanceof Returned ? result.value : undefined
    }
    const limited = (given: unknown[]) => this.limited(() => run(given))
    return asynchronous ? async (...given) => limited(given) : (...given) => limited(given)
  }

  #parameters(list: SyntaxNode, given: unknown[], scope: Scope): void {
    let at = 0
    let rest = false
    const parts = children(list)
    for (const [i, child] of parts.entries()) {
      if (child.name === 'Spread') rest = true
      if (!/^(VariableDefinition|ObjectPattern|ArrayPattern)$/.test(child.name)) continue
      // A default follows its parameter, after the type.
      const after = parts.slice(i + 1).filter(({ name }) => !TYPES.test(name))
      const fallback = after[0]?.name === 'Equals' ? after[1] : undefined
      let value: unknown = rest ? given.slice(at) : given[at]
      if (value === undefined && fallback) value = this.value(fallback, scope)
      this.bind(child, value, scope)
      at++
    }
  }

  /** Declares the names of a pattern. */
  bind(pattern: SyntaxNode, value: unknown, scope: Scope): void {
    if (pattern.name === 'VariableDefinition') {
      scope[this.text(pattern)] = value
      return
    }
    if (pattern.name === 'ArrayPattern') {
      const values = [...(value as Iterable<unknown>)]
      for (const [i, child] of operands(pattern).entries()) this.bind(child, values[i], scope)
      return
    }
    if (pattern.name !== 'ObjectPattern') this.#unsupported(pattern)
    for (const property of children(pattern).filter(({ name }) => name === 'PatternProperty')) {
      const [key, ...more] = operands(property)
      if (!key) continue
      const name = this.text(key)
      if (isClosed(name) || value === undefined || value === null)
        this.fail(key, `${name} cannot be read here.`)
      const target = key.name === 'VariableDefinition' ? key : more.shift()
      const fallback = more[0]
      let member = (value as Record<string, unknown>)[name]
      if (member === undefined && fallback) member = this.value(fallback, scope)
      if (target) this.bind(target, member, scope)
    }
  }

  /** Runs statements until one returns. */
  block(node: SyntaxNode, scope: Scope): Returned | undefined {
    for (const child of children(node)) {
      if (/^[{};]$/.test(child.name)) continue
      const result = this.statement(child, scope)
      if (result instanceof Returned) return result
    }
    return undefined
  }

  statement(node: SyntaxNode, scope: Scope): Returned | undefined {
    const [first, second, third] = operands(node)
    switch (node.name) {
      case 'Block':
        return this.block(node, inner(scope))
      case 'VariableDeclaration':
        this.declare(node, scope)
        return undefined
      case 'ReturnStatement':
        return new Returned(first ? this.value(first, scope) : undefined)
      case 'ExpressionStatement':
        if (first) this.value(first, scope)
        return undefined
      case 'IfStatement': {
        const taken = first && this.value(first, scope) ? second : third
        return taken ? this.statement(taken, scope) : undefined
      }
      case 'ForStatement': {
        if (first?.name !== 'ForOfSpec' || !second) return this.#unsupported(node)
        const [pattern, list] = operands(first)
        if (!pattern || !list) return this.#unsupported(node)
        for (const value of this.value(list, scope) as Iterable<unknown>) {
          const each = inner(scope)
          this.bind(pattern, value, each)
          const result = this.statement(second, each)
          if (result instanceof Returned) return result
        }
        return undefined
      }
      default:
        if (node.type.isError) return this.fail(node, 'Syntax error.')
        return this.#unsupported(node)
    }
  }

  /** Declares the names of `const a = …, b = …`; returns them. */
  declare(node: SyntaxNode, scope: Scope): string[] {
    const names: string[] = []
    const parts = children(node).filter(({ name }) => !TYPES.test(name))
    for (const [i, part] of parts.entries()) {
      if (parts[i + 1]?.name !== 'Equals') continue
      const value = parts[i + 2]
      if (!value) this.fail(part, 'The value is missing.')
      this.bind(part, this.value(value, scope), scope)
      names.push(this.text(part))
    }
    return names
  }
}

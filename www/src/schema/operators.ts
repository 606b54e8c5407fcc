/** Operators and escapes of the expressions in a schema's source. */

type Operand = number

const OPERATORS: Readonly<Record<string, (a: Operand, b: Operand) => unknown>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
  '**': (a, b) => a ** b,
  '<': (a, b) => a < b,
  '>': (a, b) => a > b,
  '<=': (a, b) => a <= b,
  '>=': (a, b) => a >= b,
  '===': (a, b) => a === b,
  '!==': (a, b) => a !== b,
  // biome-ignore lint/suspicious/noDoubleEquals: the operator of the source
  '==': (a, b) => a == b,
  // biome-ignore lint/suspicious/noDoubleEquals: the operator of the source
  '!=': (a, b) => a != b,
}

/** `undefined` for an operator that is not supported. The operands may have any type, as in JavaScript. */
export const operate = (operator: string, left: unknown, right: unknown): unknown =>
  Object.hasOwn(OPERATORS, operator) ? OPERATORS[operator]?.(left as Operand, right as Operand) : undefined

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  v: '\v',
  '0': '\0',
  '\n': '',
}

/** The value of a string literal without its quotes. */
export const literal = (text: string): string =>
  text.replace(
    /\\(u\{([\da-f]+)\}|u([\da-f]{4})|x([\da-f]{2})|[\s\S])/gi,
    (_, all: string, ...codes: unknown[]) => {
      const code = codes.slice(0, 3).find((one): one is string => typeof one === 'string')
      if (code) return String.fromCodePoint(Math.min(Number.parseInt(code, 16), 0x10ffff))
      return ESCAPES[all] ?? all
    },
  )

/** A value as JSON with its problems next to the lines they are about. */
import type { Issue } from '../common/errors.js'
import { isRecord } from '../common/plain.js'
import { h, shortened } from './dom.js'

interface Line {
  text: string
  path: readonly (string | number)[]
}

const MAX_LINES = 400

function linesOf(value: unknown): Line[] {
  const lines: Line[] = []
  const write = (node: unknown, path: readonly (string | number)[], before: string, after: string) => {
    if (lines.length >= MAX_LINES) return
    const indent = '  '.repeat(path.length)
    const list = Array.isArray(node)
    const entries: [string | number, unknown][] = list
      ? node.map((one, i) => [i, one])
      : isRecord(node)
        ? Object.entries(node)
        : []
    if (entries.length === 0) {
      lines.push({
        text: shortened(`${indent}${before}${JSON.stringify(node) ?? 'undefined'}${after}`),
        path,
      })
      return
    }
    lines.push({ text: `${indent}${before}${list ? '[' : '{'}`, path })
    for (const [i, [key, one]] of entries.entries())
      write(one, [...path, key], list ? '' : `${JSON.stringify(key)}: `, i < entries.length - 1 ? ',' : '')
    lines.push({ text: `${indent}${list ? ']' : '}'}${after}`, path: [...path, '\0end'] })
  }
  write(value, [], '', '')
  if (lines.length >= MAX_LINES) lines.push({ text: '…', path: ['\0end'] })
  return lines
}

const has = (value: unknown, key: string | number | undefined) =>
  key !== undefined && typeof value === 'object' && value !== null && key in value

/** The path in the answer: lists and primitives are wrapped in an object with one key for the provider. */
function located(value: unknown, path: Issue['path']): readonly (string | number)[] {
  const keys = isRecord(value) ? Object.keys(value) : []
  const [only] = keys
  if (
    keys.length === 1 &&
    only !== undefined &&
    !has(value, path[0]) &&
    has((value as Record<string, unknown>)[only], path[0])
  )
    return [only, ...path]
  return path
}

/** The line of the longest part of the path that exists. */
function lineOf(lines: readonly Line[], path: readonly (string | number)[]): number {
  for (let length = path.length; length > 0; length--) {
    const at = lines.findIndex(
      (line) => line.path.length === length && line.path.every((key, i) => String(key) === String(path[i])),
    )
    if (at >= 0) return at
  }
  return 0
}

export function annotated(value: unknown, issues: readonly Issue[]): HTMLElement {
  const place = h('div', 'answer')
  const lines =
    typeof value === 'string'
      ? value.split('\n', MAX_LINES).map((text) => ({ text: shortened(text), path: [] }))
      : linesOf(value)
  const problems = new Map<number, string[]>()
  for (const { path, message } of issues) {
    const found = located(value, path)
    const at = lineOf(lines, found)
    // A missing member has no line: its name is part of the message.
    const shown = lines[at]?.path.length === found.length ? message : `${path.join('.')}: ${message}`
    problems.set(at, [...(problems.get(at) ?? []), found.length ? shown : message])
  }
  for (const [i, { text }] of lines.entries()) {
    const found = problems.get(i)
    place.append(h('div', found ? 'line wrong' : 'line', text))
    for (const message of found ?? []) place.append(h('div', 'issue', `▲ ${message}`))
  }
  return place
}

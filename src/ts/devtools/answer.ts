/**
 * What a model returned, and what was sent back to it, for display: found by the shape of the bodies, which is the same in
 * all APIs (a call has a name and its arguments, a turn a role), without code for single APIs.
 */
import { isRecord } from '../common/plain.js'

const DEPTH = 12

const parsed = (value: unknown): unknown => {
  if (typeof value !== 'string') return value
  // Models put JSON into fences.
  const text = /^\s*```\w*\n([\s\S]*?)```\s*$/.exec(value)?.[1] ?? value
  try {
    return JSON.parse(text)
  } catch {
    return value
  }
}

/** The answer in a response's body: the arguments of its tool call, several calls by name, or its text. */
export function answerOf(raw: unknown): unknown {
  const calls: { name: string; value: unknown }[] = []
  const texts: string[] = []
  const visit = (node: unknown, depth: number): void => {
    if (depth > DEPTH) return
    if (Array.isArray(node)) {
      for (const one of node) visit(one, depth + 1)
      return
    }
    if (!isRecord(node)) return
    const given = node.arguments ?? node.input ?? node.args
    if (typeof node.name === 'string' && given !== undefined) {
      calls.push({ name: node.name, value: parsed(given) })
      return
    }
    // Reasoning is not part of the answer.
    if (node.thought === true || node.type === 'reasoning' || node.type === 'thinking') return
    for (const [key, value] of Object.entries(node)) {
      if (typeof value === 'string' && (key === 'text' || key === 'content')) texts.push(value)
      else if (key !== 'usage' && key !== 'tools' && key !== 'instructions') visit(value, depth + 1)
    }
  }
  visit(raw, 0)
  if (calls.length > 1) return calls.map(({ name, value }) => ({ [name]: value }))
  if (calls[0]) return calls[0].value
  return texts.length ? parsed(texts.join('')) : undefined
}

/** The conversation of a request, under the key of its API. */
function turnsOf(request: unknown): unknown[] {
  if (!isRecord(request)) return []
  const turns = request.messages ?? request.contents ?? request.input
  return Array.isArray(turns) ? turns : []
}

const isAnswer = (turn: unknown) =>
  isRecord(turn) &&
  (turn.role === 'assistant' ||
    turn.role === 'model' ||
    /^(function_call|reasoning)$/.test(String(turn.type)))

/** The texts of the turns that `next` has in addition to `previous`, without the model's own. */
export function sentBack(previous: unknown, next: unknown): string[] {
  const turns = turnsOf(next).slice(turnsOf(previous).length)
  return turns.filter((turn) => !isAnswer(turn)).map((turn) => textOf(turn).join('\n'))
}

function textOf(node: unknown, depth = 0): string[] {
  if (depth > DEPTH) return []
  if (typeof node === 'string') return [node]
  if (Array.isArray(node)) return node.flatMap((one) => textOf(one, depth + 1))
  if (!isRecord(node)) return []
  return Object.entries(node).flatMap(([key, value]) => {
    if (typeof value !== 'string') return textOf(value, depth + 1)
    return /^(role|type|id|name|status|.*_id|.*Id)$/.test(key) ? [] : [value]
  })
}

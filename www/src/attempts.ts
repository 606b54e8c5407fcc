/** The list of attempts: the turns of each request, the answer, and its problems. */

export interface AttemptView {
  request?: unknown
  raw?: unknown
  error?: unknown
}

export const pretty = (value: unknown): string => {
  if (typeof value === 'string') {
    try {
      return JSON.stringify(JSON.parse(value), null, 2)
    } catch {
      return value
    }
  }
  return JSON.stringify(value, null, 2) ?? ''
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

/** A request's body, given the body itself, a request with it, or its text. */
export function bodyOf(request: unknown): Record<string, unknown> {
  let body = isObject(request) && 'body' in request ? request.body : request
  if (typeof body === 'string') {
    try {
      body = JSON.parse(body)
    } catch {
      return {}
    }
  }
  return isObject(body) ? body : {}
}

/** The conversation of a request, under the key of its API. */
function turnsOf(request: unknown): unknown[] {
  const body = bodyOf(request)
  const turns = body.messages ?? body.contents ?? body.input
  return Array.isArray(turns) ? turns : []
}

function problemOf(error: unknown): string {
  if (!isObject(error)) return String(error)
  const issues = Array.isArray(error.issues) ? error.issues.filter(isObject) : []
  const lines = issues.map((issue) => {
    const path = Array.isArray(issue.path) ? issue.path.join('.') : String(issue.path ?? '')
    return `• ${path ? `${path}: ` : ''}${String(issue.message ?? '')}`
  })
  const name = String(error.name ?? error.class ?? 'Error')
  return lines.length ? `${name}\n${lines.join('\n')}` : `${name}: ${String(error.message ?? '')}`
}

function turnElement(turn: unknown): HTMLElement {
  const element = document.createElement('div')
  element.className = 'turn'
  const role = document.createElement('b')
  role.textContent = isObject(turn) ? String(turn.role ?? turn.type ?? 'turn') : 'turn'
  const text = document.createElement('pre')
  const content = isObject(turn) ? turn.content : undefined
  text.textContent = typeof content === 'string' && content ? content : pretty(turn)
  element.append(role, text)
  return element
}

export function showAttempts(list: HTMLElement, attempts: AttemptView[], running: boolean) {
  list.replaceChildren(
    ...attempts.map((attempt, i) => {
      const item = document.createElement('li')
      item.className = 'attempt'
      const last = i === attempts.length - 1
      item.dataset.state = attempt.error ? 'failed' : running && last ? 'running' : 'ok'
      const title = document.createElement('h3')
      title.textContent = `${i + 1}. ${attempt.error ? 'not accepted' : running && last ? 'asking …' : 'accepted'}`
      item.append(title)
      // A later attempt repeats the conversation; only the added turns are shown.
      const before = i > 0 ? turnsOf(attempts[i - 1]?.request).length : 0
      const added = i > 0 ? turnsOf(attempt.request).slice(before) : []
      item.append(...added.map(turnElement))
      if (attempt.error) {
        const problem = document.createElement('p')
        problem.className = 'problem'
        problem.textContent = problemOf(attempt.error)
        item.append(problem)
      }
      return item
    }),
  )
}

/** What a run would send, before it does: the request, the schema in the provider's dialect, the call as code. */
import { type LintReport, lint, type SingleModel } from 'instructor-wasm'
import { $, h, makeScrollable, pretty } from '../dom.js'
import type { Form } from '../form/form.js'
import { reader } from '../form/schema-field.js'
import { explain } from '../run/problems.js'
import { clientOf, KEY_PLACEHOLDER, paramsOf, type Target, targetFor } from '../run/run.js'
import type { Language, NamedSchema } from '../schema/read.js'
import { curl, shortened, typescript } from './code.js'

type Read = Awaited<ReturnType<Form['read']>>

export class Previews {
  #timer: ReturnType<typeof setTimeout> | undefined
  #number = 0
  #shown: 'ts' | 'curl' = 'ts'
  readonly #code = { ts: '', curl: '' }

  constructor(
    private readonly read: () => Promise<Read & { language: Language; text: string }>,
    private readonly redact: (text: string) => string,
  ) {
    for (const button of document.querySelectorAll<HTMLButtonElement>('[data-code]'))
      button.addEventListener('click', () => {
        this.#shown = button.dataset.code === 'curl' ? 'curl' : 'ts'
        this.#showCode()
      })
    $('copy-code').addEventListener('click', () => void copyText($('code').textContent ?? '', $('copy-code')))
  }

  soon(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#update(), 250)
  }

  async #update(): Promise<void> {
    const number = ++this.#number
    let read: Awaited<ReturnType<typeof this.read>>
    try {
      read = await this.read()
    } catch (error) {
      if (number === this.#number) this.#none(error instanceof Error ? error.message : String(error))
      return
    }
    const { task, targets, language, text } = read
    const target = targetFor(task, targets[0]!)
    try {
      const client = clientOf(target)
      await client.ready()
      const { jsonSchemaOf } = await reader()
      // The form was edited while the library was being loaded.
      if (number !== this.#number) return
      this.#code.ts = typescript(task, target, language, text)
      const request = client.buildRequest(paramsOf(task, target))
      const headers = Object.entries(request.headers).map(([name, value]) => `${name}: ${value}`)
      const local = target.provider.group === 'page'
      $('request-line').textContent = local
        ? 'stays in this page'
        : this.redact(`${request.method} ${request.url}`)
      const body = pretty(shortened(request.body))
      $('request').textContent = this.redact(local ? body : `${headers.join('\n')}\n\n${body}`)
      this.#code.curl = local
        ? 'The model runs in this page: no request is sent.'
        : curl(request, [target.apiKey, KEY_PLACEHOLDER, ...(target.provider.pace ? ['demo'] : [])])
      this.#showCode()
      this.#showDialects(task.source.model, targets, jsonSchemaOf)
    } catch (error) {
      if (number === this.#number) this.#none(explain(error, target.provider).text)
    }
  }

  /** Nothing of the previous form stays visible. */
  #none(reason: string): void {
    const shown = this.redact(reason)
    this.#code.ts = this.#code.curl = shown
    this.#showCode()
    for (const id of ['request-line', 'dialect-line']) $(id).textContent = ''
    for (const id of ['request', 'dialect']) $(id).textContent = shown
  }

  #showCode(): void {
    for (const button of document.querySelectorAll<HTMLButtonElement>('[data-code]'))
      button.ariaPressed = String(button.dataset.code === this.#shown)
    $('code').textContent = this.redact(this.#code[this.#shown])
  }

  #showDialects(
    model: NamedSchema | NamedSchema[],
    targets: readonly Target[],
    jsonSchemaOf: (model: NamedSchema) => Record<string, unknown>,
  ): void {
    const models = Array.isArray(model) ? model : [model]
    const reports = targets.flatMap((target) =>
      models.map((one) => ({
        target,
        one,
        report: lint(one as SingleModel, `${target.provider.provider}/${target.model}`),
      })),
    )
    const changes = reports.reduce((sum, { report }) => sum + report.findings.length, 0)
    $('dialect-line').textContent = changes ? `${changes} change${changes === 1 ? '' : 's'}` : 'unchanged'
    $('dialect').replaceChildren(
      ...reports.map(({ target, one, report }) =>
        h(
          'section',
          'dialect',
          h(
            'h3',
            '',
            `${one.name ? `${one.name} for ` : ''}${target.provider.label}`,
            h('span', 'count', ` ${report.dialect}`),
          ),
          findings(report),
          h(
            'div',
            'columns',
            schema('Your schema', jsonSchemaOf(one)),
            schema('What is sent', report.schema),
          ),
        ),
      ),
    )
  }
}

const LEVELS = {
  rewritten: 'sent in another form; the answer is restored',
  described: 'stated in the description, and validated here',
  validated: 'not sent, validated here',
  impossible: 'not supported by this provider',
} as const

function findings({ findings }: LintReport): HTMLElement {
  if (!findings.length) return h('p', 'note', 'The schema is sent unchanged.')
  const list = h('ul', 'findings')
  for (const { pointer, level, what } of findings) {
    const item = h('li', '', h('span', 'badge', level), ' ', h('code', '', pointer || '/'), ` ${what}`)
    item.dataset.level = level
    item.title = LEVELS[level]
    list.append(item)
  }
  return list
}

function schema(label: string, value: unknown): HTMLElement {
  const text = h('pre', '', value === null ? 'This provider does not accept the schema.' : pretty(value))
  text.dataset.scrolls = label
  const column = h('div', '', h('h4', '', label), text)
  makeScrollable(column)
  return column
}

/** Copies a text; the button shows for a moment that it did. */
export async function copyText(text: string, button: HTMLElement): Promise<void> {
  const label = button.textContent ?? ''
  let shown = 'Copied'
  try {
    await navigator.clipboard.writeText(text)
  } catch {
    shown = 'Not allowed'
  }
  button.textContent = shown
  setTimeout(() => {
    button.textContent = label
  }, 1500)
}

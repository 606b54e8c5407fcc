/** The form: what a run needs, and problems at the fields that they are about. */
import type { Price } from 'instructor-wasm'
import type { Preset } from '../data/preset.js'
import { PRESETS } from '../data/presets.js'
import { $, reveal } from '../dom.js'
import { FormError, type Problem } from '../run/problems.js'
import type { Target, Task } from '../run/run.js'
import type { Link } from '../share.js'
import { FilesField } from './files-field.js'
import { SchemaField } from './schema-field.js'
import { TargetFields } from './target.js'

export class Form {
  readonly #preset = $<HTMLSelectElement>('preset')
  readonly #prompt = $<HTMLTextAreaElement>('prompt')
  readonly #kind = $<HTMLSelectElement>('kind')
  readonly #compare = $<HTMLInputElement>('compare')
  readonly #changed: () => void
  readonly schema: SchemaField
  readonly files: FilesField
  readonly #first = new TargetFields('Model', '')
  #second: TargetFields | undefined

  constructor(changed: () => void) {
    this.#changed = changed
    this.schema = new SchemaField(() => this.#edited())
    this.files = new FilesField(() => this.#edited())
    for (const [label, small] of [
      ['For any model', undefined],
      ['For small models too', true],
    ] as const) {
      const box = document.createElement('optgroup')
      box.label = label
      box.append(...PRESETS.filter((one) => one.small === small).map(({ id, name }) => new Option(name, id)))
      this.#preset.append(box)
    }
    $('targets').append(this.#first.root)
    this.#preset.addEventListener('change', () => this.select(this.#preset.value))
    $('another').addEventListener('click', () => this.#another())
    this.#compare.addEventListener('change', () => this.comparing(this.#compare.checked))
    $('form').addEventListener('input', (event) => {
      const { target } = event
      // The schema reports its changes itself.
      if (!(target instanceof HTMLElement) || target.closest('#editor')) return
      if (target.matches('[data-part="provider"]')) this.#fit()
      this.#edited()
    })
    this.select(PRESETS[0]?.id ?? '')
  }

  get preset(): Preset {
    return PRESETS.find(({ id }) => id === this.#preset.value) ?? PRESETS[0]!
  }

  get targets(): TargetFields[] {
    return this.#second ? [this.#first, this.#second] : [this.#first]
  }

  /** Fills the form from an example. */
  select(id: string): void {
    this.#preset.value = id
    if (this.#preset.selectedIndex < 0) this.#preset.selectedIndex = 0
    const { preset } = this
    this.#prompt.value = preset.prompt
    this.schema.set('zod', preset.zod)
    this.#kind.value = preset.kind ?? 'object'
    $('preset-note').textContent = preset.about
    $('another').hidden = preset.texts === undefined
    this.#edited()
  }

  /** The next text of the example. */
  #another(): void {
    const texts = this.preset.texts ?? []
    const at = texts.findIndex(({ prompt }) => prompt === this.#prompt.value)
    this.#prompt.value = texts[(at + 1) % texts.length]?.prompt ?? this.#prompt.value
    this.#edited()
  }

  /** A small model is right in few examples: an unchanged example for larger ones is replaced. */
  #fit(): void {
    const { preset, schema } = this
    const unchanged = this.#prompt.value === preset.prompt && schema.text === preset.zod
    const first = PRESETS.find(({ small }) => small)
    if (first && unchanged && !preset.small && this.targets.some(({ provider }) => provider.inPage))
      this.select(first.id)
  }

  comparing(on: boolean): void {
    this.#compare.checked = on
    this.#second?.root.remove()
    this.#second = on ? new TargetFields('Second model', 'second-') : undefined
    if (this.#second) {
      $('targets').append(this.#second.root)
      this.#second.select('demo-anthropic')
    }
    this.#edited()
  }

  /** A recording is the answer to its own prompt only. */
  #edited(): void {
    const { preset } = this
    const edited = this.#own(this.#prompt.value)
    const recorded = this.targets.some(({ provider }) => provider.pace !== undefined)
    $('prompt-note').textContent =
      edited && recorded
        ? 'The recorded demo replays its answer to the original prompt. Select a provider with your key, or a local model, to run this one.'
        : ''
    const models = this.targets.map(({ provider }) =>
      provider.pace ? `recorded ${provider.label}` : provider.label,
    )
    $('setup-line').textContent = `${preset.name.split(':')[0]} · ${models.join(' and ')}`
    this.#changed()
  }

  /** The example, or the first words of another prompt. */
  get title(): string {
    const { preset } = this
    const prompt = this.#prompt.value.trim()
    return this.#own(prompt) ? `“${prompt.slice(0, 40)}${prompt.length > 40 ? '…' : ''}”` : preset.name
  }

  /** Whether the visitor has written the prompt. */
  #own(prompt: string): boolean {
    const { preset } = this
    return prompt !== preset.prompt && !preset.texts?.some((one) => one.prompt === prompt)
  }

  /** The form as a link; texts of the example are not repeated. */
  get link(): Link {
    const { preset, schema } = this
    const prompt = this.#prompt.value
    const { language, text } = schema
    return {
      preset: preset.id,
      ...(prompt === preset.prompt ? {} : { prompt }),
      ...(language === 'zod' && text === preset.zod ? {} : { schema: { language, text } }),
      kind: this.#kind.value === 'list' ? 'list' : 'object',
      targets: this.targets.map(({ link }) => link),
      retries: this.#number('retries'),
      maxTokens: this.#number('max-tokens'),
      stream: this.#ticked('stream').checked,
      early: this.#ticked('early').checked,
      lenient: this.#ticked('lenient').checked,
    }
  }

  restore(link: Link): void {
    this.select(link.preset)
    if (link.prompt !== undefined) this.#prompt.value = link.prompt
    if (link.schema) this.schema.set(link.schema.language, link.schema.text)
    this.#kind.value = link.kind
    $<HTMLInputElement>('retries').value = String(link.retries)
    $<HTMLInputElement>('max-tokens').value = String(link.maxTokens)
    this.#ticked('stream').checked = link.stream
    this.#ticked('early').checked = link.early
    this.#ticked('lenient').checked = link.lenient
    this.comparing(link.targets.length > 1)
    for (const [i, target] of link.targets.entries()) this.targets[i]?.restore(target)
    this.#edited()
  }

  /** Both prices, or none. */
  get #price(): Price | undefined {
    const [input, output] = ['price-input', 'price-output'].map((id) => $<HTMLInputElement>(id).valueAsNumber)
    return input! >= 0 && output! >= 0 ? { input: input!, output: output! } : undefined
  }

  #number(id: string): number {
    return Math.trunc(Number($<HTMLInputElement>(id).value)) || 0
  }

  #ticked(id: string): HTMLInputElement {
    return $<HTMLInputElement>(id)
  }

  /** @throws FormError, SourceError */
  async read(): Promise<{ task: Task; targets: Target[] }> {
    const prompt = this.#prompt.value
    if (!prompt.trim()) throw new FormError('prompt', 'Enter a text to extract from.')
    const source = await this.schema.read()
    const maxTokens = this.#number('max-tokens')
    if (maxTokens < 1) throw new FormError('max-tokens', 'Enter a number of tokens, at least 1.')
    const targets = this.targets.map((fields) => fields.read())
    for (const [i, { model, provider }] of targets.entries())
      if (!model) throw new FormError('model', `Enter the name of a model of ${provider.label}.`, i)
    return {
      targets,
      task: {
        preset: this.preset,
        prompt,
        source,
        kind: this.#kind.value === 'list' ? 'list' : 'object',
        retries: Math.min(Math.max(this.#number('retries'), 0), 10),
        maxTokens,
        stream: this.#ticked('stream').checked,
        early: this.#ticked('early').checked,
        lenient: this.#ticked('lenient').checked,
        files: this.files.value,
        price: this.#price,
      },
    }
  }

  /** With what only a run needs: keys, and the files of models in the page. @throws FormError */
  complete(targets: readonly Target[]): Target[] {
    return targets.map((target, i) => {
      const { provider, apiKey } = target
      if (provider.key && !apiKey) throw new FormError('key', `Enter an API key for ${provider.label}.`, i)
      if (!target.page) return target
      try {
        return { ...target, weights: this.targets[i]?.weights() }
      } catch (error) {
        throw error instanceof FormError ? new FormError(error.field, error.message, i) : error
      }
    })
  }

  clearProblems(): void {
    for (const fields of this.targets) fields.clearProblems()
    this.schema.clearProblem()
    this.files.clearProblem()
    for (const id of ['prompt', 'max-tokens']) {
      $(`${id}-error`).textContent = ''
      $(id).removeAttribute('aria-invalid')
    }
  }

  /** Shows a problem at its field, and moves the focus to it. `target`: the model that it is about. */
  problem({ field, text }: Problem, target = 0): void {
    switch (field) {
      case undefined:
        return
      case 'schema':
        this.schema.problem(text)
        this.schema.focus()
        return
      case 'files':
        this.files.problem(text)
        return
      case 'prompt':
      case 'max-tokens': {
        $(`${field}-error`).textContent = text
        const input = $(field)
        reveal(input)
        input.setAttribute('aria-invalid', 'true')
        input.focus()
        return
      }
      default:
        this.targets[target]?.problem(field, text)
    }
  }
}

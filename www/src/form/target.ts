/** The fields of one model: provider, model, key, address, mode. */
import { fromProvider, Mode, ModeError } from 'instructor-wasm'
import { GROUPS, PROVIDERS, type Provider } from '../data/providers.js'
import { copy, part, reveal } from '../dom.js'
import { PageModel, type Weights } from '../run/page-model.js'
import type { Target } from '../run/run.js'
import { WeightsFields } from './weights.js'

const MODES = ['TOOLS', 'TOOLS_STRICT', 'JSON_SCHEMA', 'JSON', 'MD_JSON', 'RESPONSES_TOOLS'] as const

/** A field, where its problem is shown. */
export type TargetField = 'provider' | 'model' | 'key' | 'baseURL' | 'mode' | 'weights'

/** What a shared link contains; never the key. */
export interface TargetLink {
  provider: string
  model: string
  baseURL: string
  mode: string
}

let copies = 0

export class TargetFields {
  readonly root = copy('target') as HTMLFieldSetElement
  readonly #provider = part<HTMLSelectElement>(this.root, 'provider')
  readonly #model = part<HTMLInputElement>(this.root, 'model')
  readonly #key = part<HTMLInputElement>(this.root, 'key')
  readonly #keep = part<HTMLInputElement>(this.root, 'keep')
  readonly #baseURL = part<HTMLInputElement>(this.root, 'baseURL')
  readonly #mode = part<HTMLSelectElement>(this.root, 'mode')
  readonly #weights: WeightsFields
  readonly #pageModel = new PageModel()
  readonly #models = this.root.querySelector('datalist') as HTMLDataListElement

  /** `prefix`: the start of the elements' ids. */
  constructor(legend: string, prefix: string) {
    const number = ++copies
    ;(this.root.querySelector('legend') as HTMLElement).textContent = legend
    for (const field of ['provider', 'model', 'key', 'keep', 'baseURL', 'mode'] as const) {
      const element = part(this.root, field)
      element.id = `${prefix}${field === 'baseURL' ? 'base-url' : field}`
      const error = this.root.querySelector<HTMLElement>(`[data-error="${field}"]`)
      if (!error) continue
      error.id = `${element.id}-error`
      element.setAttribute('aria-describedby', error.id)
    }
    this.#models.id = `models-${number}`
    this.#model.setAttribute('list', this.#models.id)
    this.#weights = new WeightsFields(this.root, prefix, () => this.#nameModel())
    this.fill()
    this.#provider.addEventListener('change', () => this.#selected())
    this.#keep.addEventListener('change', () => this.rememberKey())
    // A remembered key is for one address.
    this.#baseURL.addEventListener('change', () => this.#recallKey())
    this.#model.addEventListener('change', () => this.#fillModes())
    this.#selected()
  }

  /** Fills the menu; entries can be added while the page runs. */
  fill(): void {
    const selected = this.#provider.value
    this.#provider.replaceChildren(
      ...GROUPS.flatMap(([group, label]) => {
        const entries = PROVIDERS.filter((one) => one.group === group)
        const box = document.createElement('optgroup')
        box.label = label
        box.append(
          ...entries.map((one) => new Option(one.pace ? `Recorded: ${one.label}` : one.label, one.id)),
        )
        return entries.length ? [box] : []
      }),
    )
    if (selected) this.#provider.value = selected
  }

  get provider(): Provider {
    return PROVIDERS.find(({ id }) => id === this.#provider.value) ?? PROVIDERS[0]!
  }

  select(id: string): void {
    this.#provider.value = id
    if (this.#provider.selectedIndex < 0) this.#provider.selectedIndex = 0
    this.#selected()
  }

  #selected(): void {
    const { provider } = this
    this.#models.replaceChildren(...provider.models.map((name) => new Option(name, name)))
    this.#model.value = provider.models[0] ?? ''
    this.#model.readOnly = provider.pace !== undefined || provider.inPage === true
    this.#weights.hidden = !provider.inPage
    part(this.root, 'model-row').hidden = provider.inPage === true
    this.#nameModel()
    this.#baseURL.value = provider.baseURL ?? ''
    part(this.root, 'note').textContent = provider.note ?? ''
    part(this.root, 'key-row').hidden = provider.key === false
    part(this.root, 'more').hidden = provider.pace !== undefined
    part(this.root, 'address').hidden = provider.group === 'page'
    this.#fillModes()
    this.#mode.value = provider.mode ?? ''
    this.#recallKey()
    this.clearProblems()
  }

  /** A model in the page has the name of its file. */
  #nameModel(): void {
    if (this.provider.inPage) this.#model.value = this.#weights.name || 'model'
  }

  /** The file of a model in the page. @throws FormError */
  weights(): Weights | undefined {
    return this.provider.inPage ? this.#weights.read() : undefined
  }

  /** The modes that the provider and the model support. */
  #fillModes(): void {
    const selected = this.#mode.value
    const { provider } = this
    const model = `${provider.provider}/${this.#model.value.trim() || 'any'}`
    const possible = MODES.filter((name) => {
      try {
        fromProvider(model, {
          ...provider.options,
          ...(provider.inPage ? { engine: this.#pageModel.engine } : {}),
          apiKey: 'none',
          allowBrowser: true,
          mode: Mode[name],
        })
        return true
      } catch (error) {
        // Other errors are about fields that are still empty.
        return !(error instanceof ModeError)
      }
    })
    this.#mode.replaceChildren(new Option('Automatic', ''), ...possible.map((name) => new Option(name, name)))
    this.#mode.value = selected
    if (this.#mode.selectedIndex < 0) this.#mode.value = ''
  }

  get #slot(): string {
    const { id } = this.provider
    const address = this.#baseURL.value.trim()
    return `instructor-key:${id}${address ? `@${address}` : ''}`
  }

  /** A link can contain any address: a key that was remembered for another one does not go there. */
  #recallKey(): void {
    this.#key.value = localStorage.getItem(this.#slot) ?? ''
    this.#keep.checked = this.#key.value !== ''
  }

  /** A key is in this browser's storage only while the box is ticked. */
  rememberKey(): void {
    if (this.#keep.checked && this.#key.value) localStorage.setItem(this.#slot, this.#key.value)
    else localStorage.removeItem(this.#slot)
  }

  read(): Target {
    return {
      provider: this.provider,
      model: this.#model.value.trim(),
      apiKey: this.#key.value.trim(),
      baseURL: this.#baseURL.value.trim(),
      mode: this.#mode.value,
      ...(this.provider.inPage ? { page: this.#pageModel } : {}),
    }
  }

  get link(): TargetLink {
    const { provider, model, baseURL, mode } = this.read()
    return { provider: provider.id, model, baseURL, mode }
  }

  restore({ provider, model, baseURL, mode }: TargetLink): void {
    const before = this.read()
    this.select(provider)
    if (!this.provider.pace) {
      this.#model.value = model
      this.#baseURL.value = baseURL
      this.#recallKey()
      // A key that was entered stays for its own provider and address.
      if (before.provider === this.provider && before.baseURL === baseURL.trim())
        this.#key.value = before.apiKey
    }
    this.#fillModes()
    this.#mode.value = mode
    if (this.#mode.selectedIndex < 0) this.#mode.value = ''
  }

  /** Shows a problem at its field and moves the focus there. */
  problem(field: TargetField, text: string): void {
    if (field === 'weights') {
      this.#weights.problem(text)
      return
    }
    const input = part(this.root, field)
    part(this.root, 'more').hidden = false
    reveal(input)
    const place = this.root.querySelector<HTMLElement>(`[data-error="${field}"]`)
    if (place) place.textContent = text
    input.setAttribute('aria-invalid', 'true')
    input.focus()
  }

  clearProblems(): void {
    this.#weights.clearProblem()
    for (const place of this.root.querySelectorAll<HTMLElement>('[data-error]')) place.textContent = ''
    for (const input of this.root.querySelectorAll('[aria-invalid]')) input.removeAttribute('aria-invalid')
  }
}

/** The fields of a model in the page: where its file comes from, and how large it is. */
import { megabytes, part, reveal } from '../dom.js'
import { sizeOf, type Weights } from '../run/page-model.js'
import { FormError } from '../run/problems.js'

/** The file next to this page, which the server of the page names. */
export interface Beside {
  readonly url: string
  readonly name: string
  readonly size: number
}

const beside = ((): Beside | undefined => {
  const text = document.querySelector<HTMLMetaElement>('meta[name="playground-model"]')?.content
  return text ? (JSON.parse(text) as Beside) : undefined
})()

const GGUF = /\.gguf(\?.*)?$/i
const fileName = (url: string) => new URL(url).pathname.split('/').at(-1) ?? url

export class WeightsFields {
  readonly #root: HTMLElement
  readonly #source: HTMLSelectElement
  readonly #address: HTMLInputElement
  readonly #file: HTMLInputElement
  /** Sizes by address; `undefined` where the server does not state it. */
  readonly #sizes = new Map<string, number | undefined>()

  /** `prefix`: the start of the elements' ids. */
  constructor(
    root: ParentNode,
    prefix: string,
    private readonly changed: () => void,
  ) {
    this.#root = part(root, 'weights')
    this.#source = part(root, 'weights-source')
    this.#address = part(root, 'weights-address')
    this.#file = part(root, 'weights-file')
    for (const name of [
      'weights-source',
      'weights-address',
      'weights-file',
      'weights-note',
      'weights-error',
    ]) {
      const element = part(root, name)
      element.id = `${prefix}${name}`
      if (element instanceof HTMLInputElement || element instanceof HTMLSelectElement)
        element.setAttribute('aria-describedby', `${prefix}weights-note ${prefix}weights-error`)
    }
    this.#source.replaceChildren(
      ...(beside ? [new Option(`${beside.name}, next to this page`, 'beside')] : []),
      new Option('From an address', 'address'),
      new Option('A file of this computer', 'file'),
    )
    this.#source.addEventListener('change', () => this.#show())
    this.#file.addEventListener('change', () => this.#show())
    this.#address.addEventListener('change', () => void this.#request())
    this.#show()
  }

  set hidden(hidden: boolean) {
    this.#root.hidden = hidden
  }

  /** Shows a problem at the field of the source, and moves the focus there. */
  problem(text: string): void {
    const { value } = this.#source
    const field = value === 'beside' ? this.#source : value === 'file' ? this.#file : this.#address
    this.#problem(text)
    reveal(field)
    field.setAttribute('aria-invalid', 'true')
    field.focus()
  }

  #problem(text: string): void {
    part(this.#root, 'weights-error').textContent = text
    if (!text)
      for (const field of [this.#source, this.#address, this.#file]) field.removeAttribute('aria-invalid')
  }

  clearProblem(): void {
    this.#problem('')
  }

  #note(text: string): void {
    part(this.#root, 'weights-note').textContent = text
  }

  /** Shows the fields of the source, and the size of the file. */
  #show(): void {
    const { value } = this.#source
    this.#problem('')
    part(this.#root, 'address-row').hidden = value !== 'address'
    part(this.#root, 'file-row').hidden = value !== 'file'
    const file = this.#file.files?.[0]
    const url = this.#url
    if (value === 'beside' && beside) this.#note(download(beside.size))
    else if (value === 'file') this.#note(file ? `${megabytes(file.size)}. It stays on this computer.` : '')
    else this.#note(url && this.#sizes.has(url) ? download(this.#sizes.get(url)) : '')
    this.changed()
  }

  get #url(): string | undefined {
    const text = this.#address.value.trim()
    return URL.canParse(text) ? text : undefined
  }

  /** Requests the size of the file at the address. */
  async #request(): Promise<void> {
    const url = this.#url
    this.#problem('')
    if (!url || this.#sizes.has(url)) return this.#show()
    this.#note('Reading the size …')
    try {
      this.#sizes.set(url, await sizeOf(url))
    } catch (error) {
      if (this.#url === url) this.#problem((error as Error).message)
    }
    if (this.#url === url && this.#sizes.has(url)) this.#show()
    else if (this.#url === url) this.#note('')
  }

  /** The name of the model, while no file is selected: that of the source. */
  get name(): string {
    const { value } = this.#source
    if (value === 'beside' && beside) return beside.name
    if (value === 'file') return this.#file.files?.[0]?.name.replace(/\.gguf$/i, '') ?? ''
    return this.#url ? fileName(this.#url).replace(/\.gguf$/i, '') : ''
  }

  /** For a run only: an unknown size is requested. @throws FormError */
  read(): Weights {
    const { value } = this.#source
    const { name } = this
    if (value === 'beside' && beside)
      return { name, url: new URL(beside.url, document.baseURI).href, size: beside.size }
    if (value === 'file') {
      const file = this.#file.files?.[0]
      if (!file) throw new FormError('weights', 'Choose a GGUF file.')
      return { name, file }
    }
    const url = this.#url
    if (!url || !GGUF.test(url))
      throw new FormError('weights', 'Enter the address of a GGUF file: it ends with .gguf.')
    if (!this.#sizes.has(url)) {
      void this.#request()
      throw new FormError('weights', 'Run again when the size of this file is shown.')
    }
    return { name, url, size: this.#sizes.get(url) }
  }
}

const download = (size: number | undefined): string =>
  size === undefined
    ? 'The server does not state the size. Run downloads the file once; this browser keeps it.'
    : `${megabytes(size)}. Run downloads the file once; this browser keeps it.`

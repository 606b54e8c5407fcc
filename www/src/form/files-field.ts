/** Files of the message: their names, and their bytes for the call. */
import { $, h, megabytes, reveal } from '../dom.js'
import { type Attachment, attached } from '../run/attachment.js'

export class FilesField {
  readonly #input = $<HTMLInputElement>('files')
  readonly #list = $('files-list')
  readonly #changed: () => void
  #files: Attachment[] = []

  constructor(changed: () => void) {
    this.#changed = changed
    this.#input.addEventListener('change', () => void this.#add([...(this.#input.files ?? [])]))
  }

  get value(): readonly Attachment[] {
    return this.#files
  }

  async #add(files: readonly File[]): Promise<void> {
    this.clearProblem()
    for (const file of files) {
      try {
        this.#files = [...this.#files, await attached(file)]
      } catch (error) {
        this.problem((error as Error).message)
      }
    }
    // The same file can be selected again.
    this.#input.value = ''
    this.#show()
  }

  #show(): void {
    this.#list.replaceChildren(
      ...this.#files.map((one) => {
        const remove = h('button', 'link', 'Remove')
        remove.type = 'button'
        remove.ariaLabel = `Remove ${one.name}`
        remove.addEventListener('click', () => {
          this.#files = this.#files.filter((other) => other !== one)
          this.#input.focus()
          this.#show()
        })
        return h('li', '', h('span', '', `${one.name} · ${megabytes(one.size)}`), ' ', remove)
      }),
    )
    this.#changed()
  }

  problem(text: string): void {
    $('files-error').textContent = text
    reveal(this.#input)
    this.#input.setAttribute('aria-invalid', 'true')
    this.#input.focus()
  }

  clearProblem(): void {
    $('files-error').textContent = ''
    this.#input.removeAttribute('aria-invalid')
  }
}

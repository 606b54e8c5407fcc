/** The schema: its text in one of two languages, and where its problem is. */
import { $, pretty, reveal } from '../dom.js'
import type { Language, Source } from '../schema/read.js'

/** The part of the page that reads schemas is large, and loaded when the page is visible. */
export const reader = () => import('../schema/read.js')

export class SchemaField {
  readonly #text = $<HTMLTextAreaElement>('schema')
  readonly #error = $('schema-error')
  readonly #changed: () => void
  #language: Language = 'zod'
  /** The text of the other language, until the visible one changes. */
  #other: string | undefined

  constructor(changed: () => void) {
    this.#changed = changed
    this.#text.addEventListener('input', () => {
      this.#other = undefined
      this.clearProblem()
      changed()
    })
    for (const button of this.#buttons)
      button.addEventListener('click', () => void this.#translate(button.dataset.language as Language))
  }

  get #buttons() {
    return [...document.querySelectorAll<HTMLButtonElement>('[data-language]')]
  }

  get language(): Language {
    return this.#language
  }

  get text(): string {
    return this.#text.value
  }

  set(language: Language, text: string): void {
    this.#language = language
    this.#other = undefined
    this.#text.value = text
    this.#show()
    this.clearProblem()
  }

  #show(): void {
    for (const button of this.#buttons)
      button.ariaPressed = String(button.dataset.language === this.#language)
  }

  /** From Zod to JSON Schema; back only while the JSON Schema is unchanged. */
  async #translate(language: Language): Promise<void> {
    if (language === this.#language) return
    const { text } = this
    let translated = this.#other
    if (translated === undefined) {
      const { readSource, jsonSchemaOf } = await reader()
      try {
        const { model } = readSource(text, this.#language)
        if (language === 'zod' || Array.isArray(model)) {
          this.problem(
            language === 'zod'
              ? 'A JSON Schema that was changed cannot be shown as Zod. Select the example again.'
              : 'Several tools have no common JSON Schema.',
          )
          return
        }
        translated = pretty(jsonSchemaOf(model))
      } catch (error) {
        this.problem((error as Error).message)
        return
      }
    }
    this.set(language, translated)
    this.#other = text
    this.#changed()
  }

  /** The response model. @throws SourceError */
  async read(): Promise<Source> {
    const { readSource } = await reader()
    return readSource(this.text, this.#language)
  }

  problem(text: string): void {
    this.#error.textContent = text
    this.#text.setAttribute('aria-invalid', 'true')
  }

  focus(): void {
    reveal(this.#text)
    this.#text.focus()
  }

  clearProblem(): void {
    this.#error.textContent = ''
    this.#text.removeAttribute('aria-invalid')
  }
}

/**
 * The schema: its text in one of two languages, and where its problem is. The text is in a `<textarea>` until the
 * editor is loaded.
 */
import { $, pretty, reveal } from '../dom.js'
import type { Editor } from '../editor/editor.js'
import type { Language, Source } from '../schema/read.js'

/** The part of the page that reads schemas is large, and loaded when the page is visible. */
export const reader = () => import('../schema/read.js')

export class SchemaField {
  readonly #area = $<HTMLTextAreaElement>('schema')
  readonly #error = $('schema-error')
  readonly #changed: () => void
  #editor: Editor | undefined
  #language: Language = 'zod'
  /** The text of the other language, until the visible one changes. */
  #other: string | undefined

  constructor(changed: () => void) {
    this.#changed = changed
    this.#area.addEventListener('input', () => this.#edited())
    for (const button of this.#buttons)
      button.addEventListener('click', () => void this.#translate(button.dataset.language as Language))
  }

  /** Replaces the text area by the editor. */
  async upgrade(): Promise<void> {
    const { createEditor } = await import('../editor/editor.js')
    const focused = document.activeElement === this.#area
    const { id } = this.#area
    const text = this.#area.value
    this.#area.remove()
    this.#editor = createEditor(
      $('editor'),
      { id, 'aria-label': 'Schema', 'aria-describedby': this.#error.id },
      { language: this.#language, text },
      () => this.#edited(),
    )
    if (focused) this.#editor.focus()
  }

  #edited(): void {
    this.#other = undefined
    this.clearProblem()
    this.#changed()
  }

  get #buttons() {
    return [...document.querySelectorAll<HTMLButtonElement>('button[data-language]')]
  }

  get language(): Language {
    return this.#language
  }

  get text(): string {
    return this.#editor ? this.#editor.text : this.#area.value
  }

  set(language: Language, text: string): void {
    this.#language = language
    this.#other = undefined
    if (this.#editor) this.#editor.set(language, text)
    else this.#area.value = text
    for (const button of this.#buttons) button.ariaPressed = String(button.dataset.language === language)
    this.clearProblem()
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
    if (this.#editor) this.#editor.invalid(true)
    else this.#area.setAttribute('aria-invalid', 'true')
  }

  focus(): void {
    reveal($('editor'))
    if (this.#editor) this.#editor.focus()
    else this.#area.focus()
  }

  clearProblem(): void {
    if (this.#error.textContent === '') return
    this.#error.textContent = ''
    if (this.#editor) this.#editor.invalid(false)
    else this.#area.removeAttribute('aria-invalid')
  }
}

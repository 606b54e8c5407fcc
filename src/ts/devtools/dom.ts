/** Creating elements. Texts are never read as HTML. */
import { STYLE } from './style.js'

/** An `HTMLElement`. Compilers without the DOM library have no such type. */
export type PageElement = typeof globalThis extends { HTMLElement: { prototype: infer Element } }
  ? Element
  : object

/**
 * An element with a class and children.
 *
 * @internal Its declaration would need the DOM library.
 */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className: string,
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag)
  if (className) element.className = className
  element.append(...children)
  return element
}

let sheet: CSSStyleSheet | undefined

/**
 * A custom element's name, used as a plain element, with the content in a shadow root.
 *
 * @internal
 */
export function host(name: string, content: HTMLElement): HTMLElement {
  const element = document.createElement(name)
  const root = element.attachShadow({ mode: 'open' })
  // A content security policy may refuse <style>, but not a sheet that is made by a script.
  if (!sheet) {
    sheet = new CSSStyleSheet()
    sheet.replaceSync(STYLE)
  }
  root.adoptedStyleSheets = [sheet]
  root.append(content)
  return element
}

export const duration = (ms: number): string =>
  ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`

/** Calls cost fractions of a cent. */
export const dollars = (cost: number): string => `$${Number(cost.toPrecision(3))}`

const MAX_TEXT = 4000

/** The start of a long text: answers may have any length. */
export const shortened = (text: string): string =>
  text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text

/** Creating and finding elements. */

export const $ = <T extends HTMLElement = HTMLElement>(id: string): T => {
  const found = document.getElementById(id)
  if (!found) throw new Error(`The page has no element #${id}.`)
  return found as T
}

/** The element of a template's copy that has `data-part="name"`. */
export const part = <T extends HTMLElement = HTMLElement>(root: ParentNode, name: string): T => {
  const found = root.querySelector<T>(`[data-part="${name}"]`)
  if (!found) throw new Error(`The template has no part ${name}.`)
  return found
}

/** A copy of the only element of a `<template>`. */
export const copy = (id: string): HTMLElement => {
  const first = $<HTMLTemplateElement>(id).content.firstElementChild
  if (!first) throw new Error(`The template #${id} is empty.`)
  return first.cloneNode(true) as HTMLElement
}

type Child = Node | string | undefined | false

/** An element with a class and children; texts are never read as HTML. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className: string,
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag)
  if (className) element.className = className
  for (const child of children) if (child !== undefined && child !== false) element.append(child)
  return element
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

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const duration = (ms: number): string =>
  ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`

/** Calls cost fractions of a cent. */
export const dollars = (cost: number): string => `$${Number(cost.toPrecision(3))}`

export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`

/** Opens the boxes around an element. */
export function reveal(element: Element): void {
  for (let box = element.closest('details'); box; box = box.parentElement?.closest('details') ?? null)
    box.open = true
}

/** A place that scrolls can be focused, so that the keyboard scrolls it, and has a name. */
export function makeScrollable(root: ParentNode): void {
  for (const place of root.querySelectorAll<HTMLElement>('[data-scrolls]')) {
    place.tabIndex = 0
    place.setAttribute('role', 'group')
    place.ariaLabel = place.dataset.scrolls ?? ''
  }
}

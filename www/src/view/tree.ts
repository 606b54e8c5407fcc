/**
 * An object that fills in: shows a value as a tree and, given the next snapshot, changes only what is new.
 * Snapshots share unchanged subtrees (`===`), so an unchanged branch is skipped.
 */
import { h } from '../dom.js'

type Json = unknown

interface Node {
  value: Json
  item: HTMLLIElement
  /** Where a leaf's text goes, or the list of a branch's children. */
  body: HTMLElement
  kind: string
  children?: Map<string, Node>
}

const kindOf = (value: Json) => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value)
const isBranch = (kind: string) => kind === 'object' || kind === 'array'
const entries = (value: Json): [string, Json][] =>
  Array.isArray(value) ? value.map((one, i) => [String(i), one]) : Object.entries(value as object)

export class Tree {
  private top: Node | undefined
  constructor(private readonly place: HTMLElement) {}

  get empty(): boolean {
    return !this.top
  }

  clear(text: string) {
    this.top = undefined
    this.place.textContent = text
    this.place.classList.add('empty')
  }

  /** `open`: the value is still growing, so the last item at each level is not complete. */
  show(value: Json, open: boolean) {
    if (value === undefined) return
    if (!this.top || this.top.kind !== kindOf(value)) {
      this.place.textContent = ''
      this.place.classList.remove('empty')
      const list = h('ul', '')
      this.place.append(list)
      this.top = this.make(list, undefined, value)
    } else this.update(this.top, value)
    this.mark(this.top, open)
  }

  private make(list: HTMLElement, name: string | undefined, value: Json): Node {
    const kind = kindOf(value)
    const body = h(isBranch(kind) ? 'ul' : 'span', '')
    const item = h('li', '', name !== undefined && h('span', 'name', `${name}: `), body)
    list.append(item)
    const node: Node = { value: undefined, item, body, kind }
    if (isBranch(kind)) node.children = new Map()
    this.update(node, value)
    return node
  }

  private update(node: Node, value: Json) {
    if (node.value === value && value !== undefined) return
    node.value = value
    if (!node.children) {
      node.body.className = node.kind
      node.body.textContent = typeof value === 'string' ? `"${value}"` : String(value)
      flash(node.item)
      return
    }
    node.item.classList.toggle('empty-list', entries(value).length === 0)
    const seen = new Set<string>()
    for (const [name, one] of entries(value)) {
      if (one === undefined) continue
      seen.add(name)
      const old = node.children.get(name)
      if (old && old.kind === kindOf(one)) this.update(old, one)
      else {
        const fresh = this.make(node.body, name, one)
        if (old) old.item.replaceWith(fresh.item)
        node.children.set(name, fresh)
      }
    }
    for (const [name, old] of node.children) {
      if (seen.has(name)) continue
      old.item.remove()
      node.children.delete(name)
    }
  }

  /** A tick after every leaf that can no longer change, a cursor after the one that grows. */
  private mark(node: Node, open: boolean) {
    if (!node.children) {
      node.body.classList.toggle('growing', open)
      const has = node.item.lastElementChild?.classList.contains('mark')
      if (open && has) node.item.lastElementChild?.remove()
      if (!open && !has) {
        const tick = h('span', 'mark', '✓')
        tick.role = 'img'
        tick.ariaLabel = 'complete'
        node.item.append(tick)
      }
      return
    }
    const children = [...node.children.values()]
    for (const child of children) this.mark(child, open && child === children.at(-1))
  }
}

const calm = matchMedia('(prefers-reduced-motion: reduce)')

/** An animation of the script starts again without a new layout of the page. */
function flash(item: HTMLElement) {
  if (!calm.matches)
    item.animate([{ backgroundColor: 'var(--flash)' }, {}], { duration: 900, easing: 'ease-out' })
}

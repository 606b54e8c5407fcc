/** The normalised name of a model, and its rules (src/provider/registry/name.rs, models.rs). */
import type { Known, Match } from './row.js'
import { HOSTS, RULES } from './rows.js'

/** Lower case of ASCII letters only. */
export const lower = (text: string): string => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())

export class Name {
  /** With the vendor and other prefixes. */
  readonly whole: string
  /** The model without prefixes. */
  readonly model: string
  readonly thinking: boolean

  constructor(given: string) {
    const text = given.startsWith('ft:') ? given.slice(3) : given
    this.thinking = text.endsWith(':thinking')
    // A tag: `:free`, `:8b`, `-v1:0`, `:org::id`. Colons before the last slash belong to an ARN.
    const tag = text.indexOf(':', text.lastIndexOf('/') + 1)
    const name = tag < 0 ? text : text.slice(0, tag)
    // A dot before a digit is part of a version, before a letter it ends a vendor's name.
    this.whole = lower(name)
      .replace(/\.(?=\d)/g, '-')
      .replace(/@/g, (at, place, text) => (place > 0 && text[place - 1] !== '/' ? '-' : at))
      .replace(/[\u{80}-\u{10ffff}]/gu, (letter) => '?'.repeat(utf8(letter)))
    const prefix = /^.*(?:\/|\.(?=[a-z]))/s.exec(this.whole)?.[0] ?? ''
    let model = this.whole.slice(prefix.length)
    for (;;) {
      const host = HOSTS.find((one) => model.startsWith(one))
      if (!host) break
      model = model.slice(host.length)
    }
    this.model = model
  }

  has(parts: readonly string[]): boolean {
    return parts.some((part) => this.whole.includes(part))
  }

  starts(starts: readonly string[]): boolean {
    return starts.some((start) => this.model.startsWith(start))
  }

  /** `major * 100 + minor` of a model of this family; `undefined` without a version. */
  version(family: string): number | undefined {
    const words = this.model.split('-')
    const from = words.indexOf(family) + 1
    if (!from) return undefined
    const at = words.findIndex((word, i) => i >= from && /^v?\d/.test(word))
    const major = number((words[at] ?? '').replace(/^v/, ''))
    return major === undefined ? undefined : major * 100 + (number(words[at + 1] ?? '') ?? 0)
  }
}

/** The length in bytes. */
export const utf8 = (text: string): number => new TextEncoder().encode(text).length

/** A part of a version: one or two digits. */
const number = (word: string): number | undefined => (/^\d{1,2}$/.test(word) ? Number(word) : undefined)

function fits(match: Match, name: Name): boolean {
  const { has, starts, version, oSeries, openai, both } = match
  if (has) return name.has(has)
  if (starts) return name.starts(starts)
  if (version) {
    const [family, from, below = Number.POSITIVE_INFINITY] = version
    const found = name.version(family)
    return found !== undefined && found >= from && found < below
  }
  if (both) return both.every((one) => fits(one, name))
  const series = /^o\d+(-|$)/.test(name.model)
  if (oSeries) return series
  return (
    (name.model.startsWith('gpt-') || series) && name.model.split('-').some((word) => openai?.includes(word))
  )
}

/** The merged rules of a model; the first that states a fact decides. */
export function rule(model: string): Known {
  const name = new Name(model)
  const found = RULES.filter(([match]) => fits(match, name)).map(([, known]) => known)
  return Object.assign({}, ...found.reverse(), name.thinking ? { thinks: true } : {})
}

// The prose of a file: comments, documentation, messages and the names of tests. Each function returns a
// text of the same length as the file, in which everything else is a NUL, so that an offset is an offset in the file
// and no pattern matches across code. Inline code becomes underscores.

const BREAK = '\0'
const blank = (text, char = BREAK) => text.replace(/[^\n]/g, char)

/** A comment without its markers; lines of one comment stay one text. */
const comment = (text) =>
  code(text.replace(/^\s*(\/\/[/!]?|\/\*+!?|\*\/|\*(?!\/)|#+!?)|\*\/$/gm, (marker) => blank(marker, ' ')))
const code = (text) =>
  text
    .replace(/`[^`]*`/g, (span) => blank(span, '_'))
    .replace(/https?:\/\/[^\s)>]+/g, (address) => blank(address, '_'))

/** A message has three words or more; shorter strings are data. */
const isMessage = (text) => /[A-Za-z]{2,},? [a-z]+,? [a-z]+/.test(text) && !/^["'`]\s*[{[<]/.test(text)
const message = (text) => (isMessage(text) ? values(code(text.replace(/^.|.$/gs, BREAK))) : blank(text))
/** The values in a Rust format string. */
const values = (text) => text.replace(/\{[^{}\s]*\}/g, (value) => blank(value, '_'))

/** A name of four words or more is a sentence. */
const sentence = (name) => (/(_[a-z0-9]+){3}/.test(name) ? name.replaceAll('_', ' ') : blank(name))

const RUST =
  /(?<comment>(?:^[ \t]*)?\/\/[^\n]*(?:\n[ \t]*\/\/[^\n]*)*|\/\*[\s\S]*?\*\/)|(?<string>b?r(?<hashes>#*)"[\s\S]*?"\k<hashes>|b?"(?:\\[\s\S]|[^"\\])*")|'(?:\\.[^']*|[^'\\])'|(?<=\bfn )(?<name>\w+)|[\s\S]/gm

const SCRIPT =
  /(?<comment>(?:^[ \t]*)?\/\/[^\n]*(?:\n[ \t]*\/\/[^\n]*)*|\/\*[\s\S]*?\*\/)|(?<string>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')|(?<template>`)|(?<=[(,=:[!&|?{};>]\s*|\breturn\s+|^\s*)\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*|(?<brace>[{}])|[\s\S]/gm

function rust(text) {
  return text.replace(RUST, (whole, ...rest) => {
    const { comment: note, string, name } = rest.at(-1)
    if (note) return comment(note)
    if (string) return message(string)
    return name ? sentence(name) : blank(whole)
  })
}

function script(text) {
  let out = ''
  let at = 0
  /** Reads code up to the end, or up to the brace that closes a template's `${`. */
  const read = (inTemplate) => {
    let depth = 0
    while (at < text.length) {
      SCRIPT.lastIndex = at
      const { 0: whole, groups } = SCRIPT.exec(text)
      at += whole.length
      if (groups.comment) out += comment(whole)
      else if (groups.template) template()
      else out += groups.string ? message(whole) : blank(whole)
      if (groups.brace) depth += whole === '{' ? 1 : -1
      if (inTemplate && depth < 0) return
    }
  }
  /** Reads a template literal after its first quote; values inside it become underscores. */
  const template = () => {
    const before = out
    let words = BREAK
    while (at < text.length && text[at] !== '`') {
      const from = at
      at += text[at] === '\\' ? 2 : 1
      if (text.startsWith('${', from)) {
        at += 1
        read(true)
      }
      const piece = text.slice(from, at)
      words += piece.length > 1 ? blank(piece, '_') : piece
    }
    at += 1
    words += BREAK
    out = before + (isMessage(words) ? words : blank(words))
  }
  read(false)
  return out
}

/** Prose, and in code blocks the comments. */
function markdown(text) {
  return text.replace(
    /^( *)(```+|~~~+)[\s\S]*?^\1\2|[\s\S]+?(?=^ *(?:```|~~~)|(?![\s\S]))/gm,
    (part, _, fence) =>
      fence
        ? part.replace(/(?<=^|\s)\/\/ [^\n]*|[\s\S]/g, (piece) =>
            piece.startsWith('// ') ? comment(piece) : blank(piece),
          )
        : code(part).replace(/(?<=\])\([^)\s]*\)/g, (link) => blank(link, '_')),
  )
}

const hashes = (text) =>
  text.replace(/^[ \t]*#[^\n]*(?:\n[ \t]*#[^\n]*)*|(?<=\s)# [^\n]*|[\s\S]/gm, (piece) =>
    piece.trimStart().startsWith('#') ? comment(piece) : blank(piece),
  )
const html = (text) =>
  text.replace(/<(script|style)[\s\S]*?<\/\1>|<!--|-->|<[^>]*>/g, (piece) => blank(piece))
const css = (text) =>
  text.replace(/\/\*[\s\S]*?\*\/|[\s\S]/g, (piece) => (piece.length > 1 ? comment(piece) : blank(piece)))

const READERS = {
  rs: rust,
  ts: script,
  mjs: script,
  js: script,
  md: markdown,
  toml: hashes,
  py: hashes,
  yml: hashes,
  run: hashes,
  html,
  css,
}

/** The prose of a file, or undefined for a kind of file that has none. */
export function proseOf(path, text) {
  return READERS[path.match(/[^./]+$/)[0]]?.(text)
}

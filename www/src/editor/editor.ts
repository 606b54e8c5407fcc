/** The editor of the schema: highlighting, completion, problems in the text. Loaded after the page is usable. */
import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { javascript } from '@codemirror/lang-javascript'
import { json } from '@codemirror/lang-json'
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from '@codemirror/language'
import { linter, lintGutter } from '@codemirror/lint'
import { Compartment, EditorState, type Extension } from '@codemirror/state'
import { drawSelection, EditorView, keymap, lineNumbers } from '@codemirror/view'
import { tags } from '@lezer/highlight'
import { SourceError } from '../schema/interpreter.js'
import { type Language, readSource } from '../schema/read.js'
import { completeJson, completeZod } from './completion.js'

export interface Editor {
  readonly text: string
  set(language: Language, text: string): void
  focus(): void
  /** Whether the text is marked as wrong. */
  invalid(invalid: boolean): void
}

const colours = HighlightStyle.define([
  { tag: [tags.string, tags.regexp], color: 'var(--string)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--number)' },
  { tag: [tags.keyword, tags.operatorKeyword, tags.definitionKeyword], color: 'var(--accent)' },
  { tag: tags.propertyName, color: 'var(--text)' },
  { tag: [tags.function(tags.propertyName), tags.function(tags.variableName)], color: 'var(--call)' },
  { tag: tags.comment, color: 'var(--soft)', fontStyle: 'italic' },
])

const look = EditorView.theme({
  '&': {
    backgroundColor: 'var(--page)',
    color: 'var(--text)',
    border: '1px solid var(--edge)',
    borderRadius: '8px',
  },
  '&.cm-focused': { outline: '2px solid var(--accent)' },
  '.cm-scroller': {
    fontFamily: 'var(--mono)',
    fontSize: '0.8rem',
    lineHeight: '1.45',
    maxHeight: '24rem',
    overflow: 'auto',
  },
  '.cm-content': { caretColor: 'var(--text)' },
  '.cm-gutters': { backgroundColor: 'transparent', color: 'var(--soft)', border: 'none' },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '&.cm-focused .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'var(--flash) !important',
  },
  '.cm-matchingBracket': { backgroundColor: 'var(--flash) !important' },
  '.cm-tooltip': { backgroundColor: 'var(--card)', color: 'var(--text)', border: '1px solid var(--edge)' },
  '.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    backgroundColor: 'var(--accent)',
    color: 'var(--accent-text)',
  },
})

const languages: Readonly<Record<Language, Extension>> = {
  zod: [javascript({ typescript: true }), autocompletion({ override: [completeZod], icons: false })],
  json: [json(), autocompletion({ override: [completeJson], icons: false })],
}

const problems = (language: Language) =>
  linter(
    ({ state }) => {
      const text = state.doc.toString()
      try {
        readSource(text, language)
        return []
      } catch (error) {
        const { message } = error as Error
        const { from, to } = error instanceof SourceError ? error : { from: 0, to: text.length }
        return [
          { from, to: Math.max(to, Math.min(from + 1, text.length)), message, severity: 'error' as const },
        ]
      }
    },
    { delay: 400 },
  )

/** `content`: attributes of the editable element. */
export function createEditor(
  parent: HTMLElement,
  content: Record<string, string>,
  start: { language: Language; text: string },
  changed: () => void,
): Editor {
  const language = new Compartment()
  const state = new Compartment()
  // A change of the program is not one of the user.
  let setting = false
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: start.text,
      extensions: [
        lineNumbers(),
        lintGutter(),
        history(),
        drawSelection(),
        indentOnInput(),
        bracketMatching(),
        closeBrackets(),
        syntaxHighlighting(colours),
        look,
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ ...content, tabindex: '0' }),
        state.of([]),
        language.of([languages[start.language], problems(start.language)]),
        // Tab moves the focus, as in other fields; Ctrl-Enter runs.
        keymap.of([
          ...closeBracketsKeymap,
          ...defaultKeymap.filter(({ key }) => key !== 'Mod-Enter'),
          ...historyKeymap,
          ...completionKeymap,
        ]),
        EditorView.updateListener.of(({ docChanged }) => {
          if (docChanged && !setting) changed()
        }),
      ],
    }),
  })
  return {
    get text() {
      return view.state.doc.toString()
    },
    set(name, text) {
      setting = true
      view.dispatch({
        changes: { from: 0, to: view.state.doc.length, insert: text },
        effects: language.reconfigure([languages[name], problems(name)]),
      })
      setting = false
    },
    focus: () => view.focus(),
    invalid: (invalid) =>
      view.dispatch({
        effects: state.reconfigure(
          invalid ? EditorView.contentAttributes.of({ 'aria-invalid': 'true' }) : [],
        ),
      }),
  }
}

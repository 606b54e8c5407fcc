// The options for reading answers as Python does, for the suite with the prompts of Python.

/** Options of every client of the replay, e.g. `schemaPrompt`. */
export const shared = {}

const PYTHON = { parse: 'strict', repair: 'whole', stopLoops: false }

/** Sets the options of a run. */
export function readWith(schemaPrompt) {
  Object.assign(shared, schemaPrompt ? { ...PYTHON, schemaPrompt } : { schemaPrompt })
}

/** Whether nothing is read that Python does not read. */
export const readsAsPython = () => shared.parse === 'strict'

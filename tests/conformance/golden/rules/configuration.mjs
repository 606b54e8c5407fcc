// Rules about constructing a client and about its modes.

/** The provider names a refusal lists. */
const listed = (message) =>
  /^Unsupported provider: (\S+)\. Supported providers are: \[([^\]]*)\]/.exec(message ?? '')
const namesOf = (list) => list.split(',').map((name) => name.trim().replaceAll("'", ''))

/** Python's own classes for a missing key: its SDKs raise them. */
const sdkErrors = ['OpenAIError', 'ValueError', 'ApiError', 'GroqError', 'WriterError', 'CerebrasError']

export const configuration = [
  {
    id: 'more-providers',
    row: 'api',
    apply({ theirs, ours }) {
      const [python, mine] = [listed(theirs.error?.message), listed(ours.error?.message)]
      if (!python || !mine || python[1] !== mine[1]) return
      const ourNames = namesOf(mine[2])
      if (namesOf(python[2]).every((name) => ourNames.includes(name)))
        ours.error.message = theirs.error.message
    },
  },
  {
    // Every missing key is a ConfigurationError that names the environment variable Python's SDK would have read.
    id: 'missing-keys-are-configuration-errors',
    row: 'api',
    apply({ theirs, ours }) {
      if (!sdkErrors.includes(theirs.error?.class)) return
      const variable = /\b[A-Z]+_API_KEY\b/.exec(theirs.error.message)?.[0]
      theirs.error.class = 'ConfigurationError'
      if (variable && ours.error?.message.includes(variable)) ours.error.message = theirs.error.message
    },
  },
  {
    id: 'tools-strict-is-a-mode',
    row: 3,
    apply({ theirs, ours }, golden) {
      if (golden.mode === 'TOOLS_STRICT' && ours.mode === 'TOOLS_STRICT') {
        delete theirs.error
        theirs.mode = 'TOOLS_STRICT'
      }
    },
  },
]

// Rules about the construction of clients and their modes.

/** The provider names listed in an error. */
const listed = (message) =>
  /^Unsupported provider: (\S+)\. Supported providers are: \[([^\]]*)\]([\s\S]*)$/.exec(message ?? '')
const namesOf = (list) => list.split(',').map((name) => name.trim().replaceAll("'", ''))

/** Python's message for a missing or broken package. */
const packages = /package is required to use|descriptor pool/
const unset =
  /^([A-Z_]+) is not set\. Set it with `export \1=<your-(?:api-key|address|account)>`, or pass \{ \w+ \} to fromProvider\.$|^(AWS) credentials are not set\. Set AWS_ACCESS_KEY_ID and .*, or a credentials function\.$|^(Vertex) AI needs an accessToken .*, or an apiKey \(express mode\)\.$/

/** Python's enum values by their documented names, in the order in which ours are listed. */
const modeNames = {
  tool_call: 'TOOLS',
  tools_strict: 'TOOLS_STRICT',
  json_mode: 'JSON',
  json_schema_mode: 'JSON_SCHEMA',
  markdown_json_mode: 'MD_JSON',
  parallel_tool_call: 'PARALLEL_TOOLS',
  responses_tools: 'RESPONSES_TOOLS',
}
/** The documented name of a mode, however it is given. */
const modeName = (given) => modeNames[given] ?? given

export const configuration = [
  {
    id: 'more-providers',
    row: 'api',
    apply({ theirs, ours }) {
      // The suggestion comes after the name.
      const message = ours.error?.message?.replace(/ Did you mean '[^']+'\?/, '')
      const [python, mine] = [listed(theirs.error?.message), listed(message)]
      if (!python || !mine || python[1] !== mine[1] || python[3] !== mine[3]) return
      const ourNames = namesOf(mine[2])
      if (namesOf(python[2]).every((name) => ourNames.includes(name)))
        ours.error.message = theirs.error.message
    },
  },
  {
    // A missing key is an error at construction, always a ConfigurationError with the name of the variable.
    id: 'missing-keys-are-told-at-once',
    row: 'api',
    apply({ theirs, ours }, golden) {
      const variable = unset
        .exec(ours.error?.message ?? '')
        ?.slice(1)
        .find(Boolean)
      if (!variable || ours.error.class !== 'ConfigurationError') return
      const python = theirs.error?.message
      const keyless =
        golden.construction?.includes('# no key') && (python === undefined || python.startsWith('No API key'))
      if (keyless || python?.includes(variable) || packages.test(python)) theirs.error = ours.error
      if (keyless) for (const key of ['mode', 'provider']) delete theirs[key]
    },
  },
  {
    id: 'no-python-packages',
    row: 'api',
    apply({ theirs, ours }, golden) {
      if (!packages.test(theirs.error?.message)) return
      const address =
        "litellm needs an address: pass baseURL, e.g. fromProvider('litellm/…', { baseURL: 'http://localhost:4000/v1' })."
      if (golden.model.startsWith('litellm/'))
        theirs.error = { class: 'ConfigurationError', message: address }
      else if (ours.provider === golden.model.split('/')[0]) {
        delete theirs.error
        Object.assign(theirs, { mode: 'TOOLS', provider: ours.provider })
      }
    },
  },
  {
    // Python calls Azure, Databricks and Ollama "openai" and Google "genai", and a mode by its enum value.
    id: 'names-as-given',
    row: 'api',
    apply({ theirs }, golden) {
      const asked = golden.provider === 'anthropic_native_patched' ? 'anthropic' : golden.provider
      if (theirs.error?.class === 'ModeError') {
        theirs.error.message = theirs.error.message
          .replace(/for provider '(openai|genai)'/, `for provider '${asked}'`)
          .replace(
            /^Invalid mode '(json_object|function_call)'/,
            `Invalid mode '${golden.mode.toLowerCase()}'`,
          )
      }
      if (theirs.provider === 'openai') theirs.provider = golden.model.split('/')[0]
    },
  },
  {
    id: 'tools-strict-is-a-mode',
    row: 3,
    apply({ theirs, ours }, golden) {
      if (golden.mode === 'TOOLS_STRICT' && theirs.mode !== 'TOOLS_STRICT' && ours.mode === 'TOOLS_STRICT') {
        delete theirs.error
        theirs.mode = 'TOOLS_STRICT'
      }
    },
  },
  {
    // Gemini has a native schema format and accepts several tools.
    id: 'google-has-more-modes',
    row: 13,
    apply({ theirs }, golden) {
      if (golden.provider !== 'google' || theirs.error?.class !== 'ModeError') return
      if (['JSON_SCHEMA', 'PARALLEL_TOOLS'].includes(golden.mode)) {
        delete theirs.error
        theirs.mode = golden.mode
      } else {
        const more = 'json_mode, json_schema_mode, parallel_tool_call, tool_call'
        theirs.error.message = theirs.error.message.replace('json_mode, tool_call', more)
      }
    },
  },
  {
    // Other providers have the Responses API, too.
    id: 'responses-where-the-api-has-them',
    row: 'api',
    apply({ theirs, ours }, golden) {
      if (!responses.includes(golden.provider) || ours.mode !== 'RESPONSES_TOOLS') return
      if (!golden.mode?.startsWith('RESPONSES_TOOLS') || theirs.error?.class !== 'ModeError') return
      delete theirs.error
      theirs.mode = 'RESPONSES_TOOLS'
    },
  },
  {
    // The mode as given, then the legal modes by their documented names.
    id: 'modes-by-their-names',
    row: 'api',
    apply({ theirs }, golden) {
      const found = /^Invalid mode '([^']+)' for provider '([^']+)'\. Valid modes: (.*)$/.exec(
        theirs.error?.message,
      )
      if (theirs.error?.class !== 'ModeError' || !found) return
      const [, given, provider, values] = found
      const asked = golden.mode ?? given
      if (![asked, modeName(asked)].some((name) => [name.toLowerCase(), name].includes(modeName(given))))
        return
      const names = values.split(', ').map(modeName)
      if (names.includes('TOOLS')) names.push('TOOLS_STRICT')
      if (responses.includes(provider)) names.push('RESPONSES_TOOLS')
      const order = Object.values(modeNames)
      const legal = order.filter((name) => names.includes(name) && !unavailable(provider, name))
      theirs.error.message = `Invalid mode '${asked}' for provider '${provider}'. Valid modes: ${legal.join(', ')}`
    },
  },
  {
    // DeepSeek rejects `json_schema` with "This response_format type is unavailable now", and Groq does not stream it.
    id: 'schemas-where-the-api-takes-them',
    row: 4,
    apply({ theirs }, golden) {
      const message = withoutSchemas(golden)
      if (!message) return
      const error = { class: 'ModeError', message }
      if (!golden.call) {
        delete theirs.mode
        theirs.error = error
      } else Object.assign(theirs, { outcome: { error }, requests: [], partials: [] })
    },
  },
]

/** Providers for which Python does not support the Responses API. */
const responses = ['xai', 'deepseek', 'openrouter']
const unavailable = (provider, mode) => provider === 'deepseek' && mode === 'JSON_SCHEMA'

/** The error for a schema format that the API rejects; undefined where the API accepts it. */
function withoutSchemas({ provider, mode, call }) {
  if (provider === 'deepseek' && ['JSON_SCHEMA', 'JSON_O1'].includes(mode))
    return `Invalid mode '${mode}' for provider 'deepseek'. Valid modes: TOOLS, TOOLS_STRICT, JSON, MD_JSON, PARALLEL_TOOLS, RESPONSES_TOOLS`
  if (provider === 'groq' && mode === 'JSON_SCHEMA' && /^create_(partial|iterable)/.test(call?.method))
    return "Invalid mode 'JSON_SCHEMA' for provider 'groq' in a stream. Valid modes: TOOLS, TOOLS_STRICT, JSON, MD_JSON"
  return undefined
}

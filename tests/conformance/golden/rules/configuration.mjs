// Rules about constructing a client and about its modes.

/** The provider names a refusal lists. */
const listed = (message) =>
  /^Unsupported provider: (\S+)\. Supported providers are: \[([^\]]*)\]([\s\S]*)$/.exec(message ?? '')
const namesOf = (list) => list.split(',').map((name) => name.trim().replaceAll("'", ''))

/** What Python says where a package of its own is missing or broken. */
const packages = /package is required to use|descriptor pool/
const unset =
  /^([A-Z_]+) is not set\. Set it with `export .*` \((?:apiKey|baseURL) in fromProvider's options\)\.$|^([A-Z_]+) is not set\. Set it with `export [A-Z_]+=<your-api-key>` or pass it as kwarg api_key=<your-api-key> \(apiKey in fromProvider's options\)\.$|^(AWS) credentials are not set\. Set AWS_ACCESS_KEY_ID and .*, or a credentials function\.$|^(Vertex) AI needs an accessToken .*, or an apiKey \(express mode\)\.$/

export const configuration = [
  {
    id: 'more-providers',
    row: 'api',
    apply({ theirs, ours }) {
      const [python, mine] = [listed(theirs.error?.message), listed(ours.error?.message)]
      if (!python || !mine || python[1] !== mine[1] || python[3] !== mine[3]) return
      const ourNames = namesOf(mine[2])
      if (namesOf(python[2]).every((name) => ourNames.includes(name)))
        ours.error.message = theirs.error.message
    },
  },
  {
    // A missing key is told when the client is made, always as a ConfigurationError that names the variable, in Python's words.
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
    // Gemini has a native schema format and takes several tools.
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
]

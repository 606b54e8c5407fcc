// Reviewed differences that remain: the start of the report's line, and the reason.
export const JUDGED = [
  {
    about: 'openai: codex-mini-latest is typed for chat completions',
    why: 'litellm has it for the Responses API only, which accepts it in any case',
  },
  {
    about: 'openai: is reported to have no schema format, and gets one: gpt-5',
    why: 'the -pro models: 5.2-pro is reported to have one; a tool is sent along with the format',
  },
  {
    about: 'azure_openai: is reported to have no schema format, and gets one: gpt-5',
    why: 'as for OpenAI',
  },
  {
    about: 'databricks: is reported to refuse temperature, which is sent',
    why: 'the gateway decides; no parameter is refused for it',
  },
  {
    about: 'bedrock: is reported to refuse temperature, which is sent: us.openai.gpt-5.4',
    why: 'pydantic-ai found that it is accepted while reasoning is off, which is the default',
  },
  {
    about: 'databricks: is reported to have no tools, and gets one: databricks-gemini',
    why: 'image models',
  },
  {
    about: 'google: is reported to have no tools, and gets one: deep-research',
    why: 'research and music models',
  },
  {
    about: 'meta: is listed for the Responses API only, and goes to chat completions: sam',
    why: 'an image model',
  },
  {
    about: 'deepinfra: is reported to refuse a forced tool',
    why: 'old models without tools; they need an explicit mode',
  },
  { about: 'fireworks: is reported to have no tools', why: 'old models; they need an explicit mode' },
  { about: 'fireworks: is reported to refuse a forced tool', why: 'old models; they need an explicit mode' },
  {
    about: 'ovhcloud: is reported to have no tools',
    why: 'includes gpt-oss, which calls tools everywhere else: doubtful',
  },
  { about: 'ovhcloud: is reported to refuse a forced tool', why: 'doubtful, as above' },
  { about: 'azure_openai: pydantic-ai reads the key from AZURE_VOICELIVE_API_KEY', why: 'another service' },
  {
    about: 'together: pydantic-ai has https://api.together.xyz/v1',
    why: "the older host; the vendor's SDK has the newer",
  },
  {
    about: 'vertexai: pydantic-ai reads the key from',
    why: 'there, a key means express mode: option apiKey',
  },
  {
    about: 'not in the registry: ',
    why: 'no evidence of demand; openai-compatible covers them',
  },
]

// Enum values of the wire formats: each is put into an answer and decoded. A value that decodes to "other" is unknown.
import { finishes } from './ask.mjs'

const chat = (finish_reason) => ({
  choices: [{ message: { role: 'assistant', content: 'x' }, finish_reason }],
})
const gemini = (finishReason) => ({
  candidates: [{ content: { role: 'model', parts: [{ text: 'x' }] }, finishReason }],
})
const claude = (stop_reason) => ({
  role: 'assistant',
  content: [{ type: 'text', text: 'x' }],
  stop_reason,
})
const responses = (more) => ({ output: [], ...more })

/** A server with OpenAI's chat completions: its package, and the files that may declare the finish reason. */
const chatCheck = (name, model, anchor, ...from) => ({
  what: `${name} finish_reason`,
  from,
  anchor,
  model,
  answer: chat,
})

/** Anthropic's stop reasons: the turn of a pause is sent back and continued. */
const claudeCheck = (what, file, anchor) => ({
  what,
  from: ['@anthropic-ai/sdk', file],
  anchor,
  model: 'anthropic/claude-sonnet-4-6',
  answer: claude,
  accepted: ['pause_turn'],
})

/**
 * The enum, its declaration, the model that decodes it, the answer that contains it, and values without a further
 * meaning.
 */
const CHECKS = [
  chatCheck(
    'OpenAI chat',
    'openai/gpt-4o',
    /finish_reason: /,
    'openai',
    'resources/chat/completions/completions.d.ts',
  ),
  {
    what: 'OpenAI Responses status',
    from: ['openai', 'resources/responses/responses.d.ts'],
    anchor: /type ResponseStatus = /,
    model: 'openai/gpt-5-pro',
    answer: (status) => responses({ status }),
  },
  {
    what: 'OpenAI Responses incomplete_details.reason',
    from: ['openai', 'resources/responses/responses.d.ts'],
    anchor: /interface IncompleteDetails \{\s*reason\?: /,
    model: 'openai/gpt-5-pro',
    answer: (reason) => responses({ status: 'incomplete', incomplete_details: { reason } }),
  },
  claudeCheck('Anthropic stop_reason', 'resources/messages/messages.d.ts', /type StopReason = /),
  claudeCheck(
    'Anthropic stop_reason (beta)',
    'resources/beta/messages/messages.d.ts',
    /type BetaStopReason = /,
  ),
  {
    what: 'Gemini finishReason',
    from: ['@google/genai', 'dist/genai.d.ts'],
    anchor: /enum FinishReason /,
    model: 'google/gemini-2.5-flash',
    answer: gemini,
    // Failures of the model itself, which is reasked.
    accepted: [
      'FINISH_REASON_UNSPECIFIED',
      'OTHER',
      'LANGUAGE',
      'MALFORMED_FUNCTION_CALL',
      'MALFORMED_RESPONSE',
      'UNEXPECTED_TOOL_CALL',
      'TOO_MANY_TOOL_CALLS',
      'MISSING_THOUGHT_SIGNATURE',
      'NO_IMAGE',
    ],
  },
  {
    what: 'Gemini blockReason',
    from: ['@google/genai', 'dist/genai.d.ts'],
    anchor: /enum BlockedReason /,
    model: 'google/gemini-2.5-flash',
    answer: (blockReason) => ({ promptFeedback: { blockReason } }),
  },
  chatCheck(
    'Mistral',
    'mistral/m',
    /const ChatCompletionChoiceFinishReason: /,
    '@mistralai/mistralai',
    'esm/models/components/chatcompletionchoice.d.ts',
  ),
  {
    what: 'Cohere finish_reason',
    from: ['cohere-ai', 'dist/api/types/ChatFinishReason.d.ts', 'api/types/ChatFinishReason.d.ts'],
    anchor: /const ChatFinishReason: /,
    model: 'cohere/command-a',
    answer: (finish_reason) => ({
      finish_reason,
      message: { role: 'assistant', content: [{ type: 'text', text: 'x' }] },
    }),
  },
  chatCheck('Groq', 'groq/m', /finish_reason: /, 'groq-sdk', 'resources/chat/completions.d.ts'),
  chatCheck(
    'Cerebras',
    'cerebras/m',
    /finish_reason\?: /,
    '@cerebras/cerebras_cloud_sdk',
    'resources/chat/completions.d.ts',
  ),
  chatCheck(
    'Together',
    'together/m',
    /finish_reason: /,
    'together-ai',
    'resources/chat/completions.d.ts',
    'resources/chat/completions/completions.d.ts',
  ),
  {
    what: 'Bedrock stopReason',
    from: ['@aws-sdk/client-bedrock-runtime', 'dist-types/models/enums.d.ts'],
    anchor: /const StopReason: /,
    model: 'bedrock/anthropic.claude-sonnet-4-5',
    answer: (stopReason) => ({
      output: { message: { role: 'assistant', content: [{ text: 'x' }] } },
      stopReason,
    }),
    accepted: ['malformed_model_output', 'malformed_tool_use'],
  },
]

export async function enums(sources, report) {
  for (const { what, from, anchor, model, answer, accepted = [] } of CHECKS) {
    try {
      const values = strings(sources.read(...from), anchor)
      if (!values.length) throw new Error(`no values after ${anchor}: the declaration has changed`)
      const finish = finishes(model, values.map(answer))
      for (const [index, value] of values.entries()) {
        const read = finish[index]
        if (read === 'other' && !accepted.includes(value)) report.differs(`${what}: '${value}' is not known`)
      }
    } catch (error) {
      report.skip(what, error.message)
    }
  }
}

/** The texts of the first union, enum or constant object after the anchor, without comments. */
export function strings(text, anchor) {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '')
  const found = new Set()
  for (const match of code.matchAll(new RegExp(anchor, 'g'))) {
    const rest = code.slice(match.index + match[0].length)
    const end = rest.startsWith('{') ? rest.indexOf('}') : rest.search(/;|\n\s*\}/)
    for (const [, value] of rest.slice(0, end).matchAll(/['"]([\w-]+)['"]/g)) found.add(value)
  }
  return [...found]
}

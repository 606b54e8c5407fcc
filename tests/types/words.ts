/** Names that the compiler knows: a literal that is not one of them is refused, a text known at run time is accepted. */
import Anthropic from '@anthropic-ai/sdk'
import {
  fromAnthropic,
  fromOpenAI,
  fromProvider,
  type Message,
  type ModeName,
  ProviderError,
} from 'instructor-wasm'
import OpenAI from 'openai'
import * as z from 'zod'

const Order = z.object({ id: z.string() })
const text = 'two apples'
declare const fromConfiguration: string
declare const flag: boolean

// Providers and models.
fromProvider('groq/any-model-of-it')
fromProvider('openrouter/openai/gpt-4o')
fromProvider(fromConfiguration)
fromProvider(`ollama/${fromConfiguration}`)
fromProvider(`${fromConfiguration}/${fromConfiguration}`)
// @ts-expect-error a model without its provider
fromProvider('claude-sonnet-4-5')
// @ts-expect-error an unknown provider
fromProvider('antropic/claude-sonnet-4-5')
// @ts-expect-error an unknown provider before a dynamic model
fromProvider(`olama/${fromConfiguration}`)

// Modes.
const client = fromProvider('openai/gpt-4o-mini', { mode: 'json_schema_mode' })
client.create({ responseModel: Order, prompt: text, mode: 'TOOLS_STRICT' })
client.createPartial({ responseModel: Order, prompt: text, mode: fromConfiguration })
const mode: ModeName = 'MD_JSON'
client.with({ mode })
// @ts-expect-error an unknown mode of the client
fromProvider('openai/gpt-4o-mini', { mode: 'tool_calls' })
// @ts-expect-error an unknown mode of the call
client.createIterable({ responseModel: Order, prompt: text, mode: 'JSONSCHEMA' })
// @ts-expect-error an unknown mode of a request
client.buildRequest({ responseModel: Order, prompt: text, mode: 'JSONSCHEMA' })

// Roles and parts.
client.create({
  responseModel: Order,
  messages: [
    ...(flag ? [{ role: 'system', content: 'Be exact.' }] : []),
    { role: 'user', content: [text, { type: 'input_audio', input_audio: { data: '', format: 'wav' } }] },
    { role: 'assistant', content: null, tool_calls: [{ id: '1' }] },
    { role: 'tool', tool_call_id: '1', content: 'ok' },
  ],
})
const history = [{ role: 'user', content: text }]
client.create({ responseModel: Order, messages: history })
const typed: Message[] = history
client.createPartial({ responseModel: Order, messages: typed })
// @ts-expect-error an unknown role
client.create({ responseModel: Order, messages: [{ role: 'bot', content: text }] })
// @ts-expect-error an unknown type of part
client.create({ responseModel: Order, messages: [{ role: 'user', content: [{ type: 'img', url: text }] }] })

// Messages of the vendors' SDKs.
const openai: OpenAI.ChatCompletionMessageParam[] = [
  { role: 'user', content: [{ type: 'image_url', image_url: { url: text } }] },
  { role: 'assistant', content: null, tool_calls: [] },
]
const anthropic: Anthropic.MessageParam[] = [{ role: 'user', content: [{ type: 'text', text }] }]
fromOpenAI(new OpenAI({ apiKey: 'k' })).create({ responseModel: Order, messages: openai })
fromAnthropic(new Anthropic({ apiKey: 'k' })).create({ responseModel: Order, messages: anthropic })
// @ts-expect-error the client of another vendor
fromOpenAI(new Anthropic({ apiKey: 'k' }))
// @ts-expect-error the client of another vendor
fromAnthropic(new OpenAI({ apiKey: 'k' }))
// @ts-expect-error no client
fromOpenAI({})

// The question, and the model.
// @ts-expect-error neither messages nor a prompt
client.create({ responseModel: Order })
// @ts-expect-error both messages and a prompt
client.create({ responseModel: Order, prompt: text, messages: history })
// @ts-expect-error the instruction is a message with the role system
client.create({ responseModel: Order, prompt: text, system: 'Be exact.' })
// @ts-expect-error an object without a keyword is not a model
client.create({ responseModel: {}, prompt: text })

// isInstance narrows.
declare const caught: unknown
if (ProviderError.isInstance(caught)) {
  const status: number | undefined = caught.status
  void status
}

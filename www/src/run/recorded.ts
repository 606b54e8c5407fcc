/**
 * The recorded demo: `scripted`, the fetch of `instructor-wasm/test`, replays the answers of an example in the wire
 * format of the provider and at its pace. Decoding, validation and reasks are those of any other call.
 */
import { type Reply, type Scripted, scripted } from 'instructor-wasm/test'
import type { Answer, Preset } from '../data/preset.js'
import type { Provider } from '../data/providers.js'

/** About four characters are a token. */
const tokens = (value: unknown) => Math.round(JSON.stringify(value).length / 4)

/** A schema that the user has changed may refuse the recorded answers: the last one repeats. */
const REPEATED = 11

export function recorded({ pace }: Provider, preset: Preset, prompt: string): Scripted {
  const { first = 0, each = 0, piece = 8 } = pace ?? {}
  let input = preset.tokens
  const text = preset.texts?.find((one) => one.prompt === prompt)
  const answers: Answer[] = text ? [{ value: text.value }] : preset.answers
  const replies = answers.map((answer): Reply => {
    const output = tokens('value' in answer ? answer.value : answer.toolCalls)
    const reply = { ...answer, usage: { input, output }, delay: first, pace: each, piece }
    // The next request contains this answer and its problems.
    input += output + 40
    return reply
  })
  const last = replies.at(-1)
  return scripted(last ? [...replies, ...Array.from({ length: REPEATED }, () => last)] : [])
}

/** An example of the menu. */
export interface Preset {
  id: string
  name: string
  /** What it shows. */
  about: string
  prompt: string
  zod: string
  /** `list`: the schema is that of an element, and elements are shown as they are complete. */
  kind?: 'list'
  answers: Answer[]
  /** Input tokens of the first attempt. */
  tokens: number
  /** More prompts, with their answers; the first is the example's own. */
  texts?: readonly { readonly prompt: string; readonly value: unknown }[]
  /** A model with a hundred million parameters is right. */
  small?: true
}

export type Answer = { value: unknown } | { toolCalls: { name: string; arguments: unknown }[] }

/** The template module (minijinja). */
import { instantiate } from '../template_bg.js'
import { type CompiledModule, Slot } from './instance.js'

const template = /* @__PURE__ */ new Slot('template', instantiate)

export const start = (module: CompiledModule): void => template.load(module)

/** Renders templates in messages (JSON text) with the variables of `context` (JSON text). */
export function render(messages: string, context: string): string {
  try {
    return template.current.api.renderMessages(messages, context)
  } finally {
    template.release()
  }
}

/** The page: reads the relayed stream and shows each snapshot. It has no key and loads no WebAssembly. */
import { readPartial } from 'instructor-wasm'
import { Notes } from './notes.ts'

const form = document.querySelector('form')!
const { text, run, stop } = form.elements as unknown as {
  text: HTMLTextAreaElement
  run: HTMLButtonElement
  stop: HTMLButtonElement
}
const alert = document.querySelector('[role=alert]')!
const title = document.querySelector('h1')!
const summary = document.querySelector('#summary')!
const list = document.querySelector('ul')!

function setRunning(running: boolean) {
  run.disabled = running
  stop.disabled = !running
}

form.addEventListener('submit', async (event) => {
  event.preventDefault()
  const controller = new AbortController()
  const { signal } = controller
  stop.onclick = () => controller.abort()
  setRunning(true)
  alert.textContent = ''
  try {
    const response = fetch('/api/notes', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'notes', input: text.value }),
      signal,
    })
    for await (const notes of readPartial(response, Notes)) {
      title.textContent = notes.title ?? ''
      summary.textContent = notes.summary ?? ''
      list.replaceChildren(
        ...(notes.tasks ?? []).map((item) => {
          const line = document.createElement('li')
          line.textContent = [item?.task, item?.owner].filter(Boolean).join(' – ')
          return line
        }),
      )
    }
  } catch (error) {
    if (!signal.aborted) alert.textContent = error instanceof Error ? error.message : String(error)
  } finally {
    setRunning(false)
  }
})

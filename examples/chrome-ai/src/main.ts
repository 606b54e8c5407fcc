/** The page: shows notes while a model writes them, and which model it was. */
import * as z from 'zod'
import { createClient } from './client'

const Notes = z.object({
  title: z.string(),
  summary: z.string().describe('two sentences'),
  tasks: z.array(z.object({ task: z.string(), owner: z.string().nullable() })),
})

const find = <T extends Element>(selector: string) => document.querySelector<T>(selector)!
const form = find<HTMLFormElement>('form')
const text = find<HTMLTextAreaElement>('[name=text]')
const run = find<HTMLButtonElement>('[name=run]')
const stop = find<HTMLButtonElement>('[name=stop]')
const status = find('#status')
const alert = find('[role=alert]')

const client = createClient((loaded) => {
  status.textContent = `Chrome downloads its model: ${Math.round(loaded * 100)} %`
})

// Chrome downloads its model after a click only.
form.addEventListener('submit', async (event) => {
  event.preventDefault()
  run.disabled = true
  stop.disabled = false
  status.textContent = alert.textContent = ''
  const prompt = `Summarize these notes and list the tasks:\n\n${text.value}`
  const stream = client.createPartial({ responseModel: Notes, prompt })
  stop.onclick = () => stream.abort()
  try {
    for await (const { title, summary, tasks } of stream) {
      find('h1').textContent = title ?? ''
      find('#summary').textContent = summary ?? ''
      find('ul').replaceChildren(
        ...(tasks ?? []).map((item) => {
          const line = document.createElement('li')
          line.textContent = [item?.task, item?.owner].filter(Boolean).join(' – ')
          return line
        }),
      )
    }
    const { provider, model } = await stream.completion()
    status.textContent =
      provider === 'chrome' ? 'Written in this browser.' : `Written by ${provider}/${model}.`
  } catch (error) {
    if (error instanceof Error && error.name !== 'AbortError') alert.textContent = error.message
  } finally {
    run.disabled = false
    stop.disabled = true
  }
})

import { useObject } from 'instructor-wasm/react'
import { memo, useState } from 'react'
import { Notes, type Task } from './notes'

export function App() {
  const [text, setText] = useState('Ann tests, Bo writes. We launch on Monday.')
  const { object, status, error, submit, stop } = useObject({ url: '/api/notes', responseModel: Notes })
  const running = status === 'submitted' || status === 'streaming'
  return (
    <main>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          submit(text)
        }}
      >
        <textarea
          aria-label="Notes"
          rows={6}
          cols={60}
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
        <button type="submit" disabled={running}>
          Summarize
        </button>
        <button type="button" disabled={!running} onClick={stop}>
          Stop
        </button>
      </form>
      {error && <p role="alert">{error.message}</p>}
      <article aria-busy={running}>
        <h1>{object?.title}</h1>
        <p>{object?.summary}</p>
        <ul>
          {object?.tasks?.map((task, i) => (
            <Line key={i} {...task} />
          ))}
        </ul>
      </article>
    </main>
  )
}

/** A task that did not change is not rendered again. */
const Line = memo(({ task, owner }: Partial<Task>) => (
  <li>
    {task}
    {owner && ` – ${owner}`}
  </li>
))

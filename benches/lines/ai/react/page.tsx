'use client'
import { useObject } from '@ai-sdk/react'
import { Report } from './report'

export default function Page() {
  const { object, submit, stop, error } = useObject({ api: '/api/report', schema: Report })
  return (
    <main>
      <button type="button" onClick={() => submit('bees')}>
        Report
      </button>
      <button type="button" onClick={stop}>
        Stop
      </button>
      <p>{error?.message}</p>
      <h1>{object?.title}</h1>
      <ul>
        {object?.points?.map((point, i) => (
          <li key={i}>{point}</li>
        ))}
      </ul>
    </main>
  )
}

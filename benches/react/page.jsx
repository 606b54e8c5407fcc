/** The same list over both hooks. Rows are memoised, and count their renders. */
import { useObject as useAiObject } from '@ai-sdk/react'
import { useObject } from 'instructor-wasm/react'
import { memo } from 'react'
import { createRoot } from 'react-dom/client'
import * as z from 'zod'

const Report = z.object({
  title: z.string(),
  rows: z.array(z.object({ id: z.number(), name: z.string(), note: z.string() })),
})
const renders = new Map()

const Row = memo(({ row, i }) => {
  renders.set(i, (renders.get(i) ?? 0) + 1)
  return (
    <li>
      {row?.id} {row?.name} {row?.note}
    </li>
  )
})
const List = ({ object }) => (
  <ul>
    {object?.rows?.map((row, i) => (
      <Row key={i} i={i} row={row} />
    ))}
  </ul>
)

const PAGES = {
  'instructor-wasm': function Page() {
    const hook = useObject({ url: '/api', responseModel: Report, onFinish: () => (globalThis.done = true) })
    globalThis.submit = () => hook.submit('x')
    return <List object={hook.object} />
  },
  'instructor-wasm, throttle 0': function Page() {
    const finish = () => (globalThis.done = true)
    const hook = useObject({ url: '/api', responseModel: Report, onFinish: finish, throttle: 0 })
    globalThis.submit = () => hook.submit('x')
    return <List object={hook.object} />
  },
  '@ai-sdk/react': function Page() {
    const onFinish = () => (globalThis.done = true)
    const hook = useAiObject({ api: '/text', schema: Report, onFinish })
    globalThis.submit = () => hook.submit('x')
    return <List object={hook.object} />
  },
}

const Page = PAGES[decodeURIComponent(location.hash.slice(1))]
createRoot(document.body.appendChild(document.createElement('main'))).render(<Page />)
globalThis.counts = () => ({ renders: [...renders.values()], shown: document.querySelectorAll('li').length })

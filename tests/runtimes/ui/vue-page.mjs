/** A component of Vue over a relay. */
import { useObject } from 'instructor-wasm/vue'
import { createApp, h } from 'vue'
import { play } from './scenes.mjs'

const Row = ({ row }) => h('li', `${row.id} ${row.name} ${row.note}`)
Row.props = ['row']

play((options) => {
  const element = document.createElement('div')
  document.body.append(element)
  const view = { element }
  const app = createApp({
    setup() {
      const { object, status, attempts, error, submit, stop } = useObject(() => options)
      return () => {
        view.hook = {
          ...{ object: object.value, status: status.value, attempts: attempts.value, error: error.value },
          ...{ submit, stop },
        }
        return [
          h('p', status.value),
          h(
            'ul',
            (object.value?.rows ?? []).map((row, key) => h(Row, { row, key })),
          ),
        ]
      }
    },
  })
  app.mount(element)
  view.unmount = () => app.unmount()
  return view
})

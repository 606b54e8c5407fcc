/** A component of Svelte over a relay. */
import { mount, unmount } from 'svelte'
import Report from './Report.svelte'
import { play } from './scenes.mjs'

play((options) => {
  const target = document.createElement('div')
  document.body.append(target)
  const view = { element: target }
  const props = { options, seen: (hook) => (view.hook = hook) }
  const component = mount(Report, { target, props })
  view.unmount = () => unmount(component)
  return view
})

/** What the components of Vue and Svelte do, which `mount` puts into the page. */
const relay = { url: '/api', model: 'report', throttle: 0 }

const until = async (holds, what) => {
  for (let i = 0; i < 2000; i++) {
    if (holds()) return
    await new Promise((done) => setTimeout(done, 5))
  }
  throw new Error(`waited in vain for ${what}`)
}

export function play(mount) {
  const ready = async (options) => {
    const view = mount(options)
    await until(() => view.hook, 'the component')
    return view
  }
  const scenes = {
    async rows() {
      const view = await ready(relay)
      const before = view.element.querySelector('p').textContent
      const value = view.hook.submit({ n: 50, pace: 2 })
      await until(() => view.hook.object?.rows?.length > 3, 'some rows')
      const first = view.hook.object.rows[0]
      await value
      await until(() => view.element.querySelector('p').textContent === 'done', 'the end')
      return {
        before,
        rows: (await value).rows.length,
        shown: view.element.querySelectorAll('li').length,
        last: view.element.querySelector('li:last-child').textContent,
        same: view.hook.object.rows[0] === first,
        attempts: view.hook.attempts,
      }
    },
    async cancels() {
      const view = await ready(relay)
      const first = view.hook.submit({ n: 50, slow: true })
      await until(() => view.hook.status === 'streaming', 'the first stream')
      const second = await view.hook.submit({ n: 2 })
      return { first: await first, second: second.rows.length }
    },
    async unmount() {
      const view = await ready(relay)
      const value = view.hook.submit({ n: 50, slow: true })
      await until(() => view.hook.status === 'streaming', 'the stream')
      view.unmount()
      return { value: await value }
    },
    async given() {
      const body = JSON.stringify({ model: 'report', input: { n: 4 } })
      const headers = { 'content-type': 'application/json' }
      const view = await ready({ response: fetch('/api', { method: 'POST', headers, body }) })
      await until(() => view.element.querySelectorAll('li').length === 4, 'four rows')
      return { attempts: view.hook.attempts }
    },
    async error() {
      const view = await ready({ ...relay, model: 'admin' })
      await view.hook.submit({ n: 1 })
      await until(() => view.element.querySelector('p').textContent === 'error', 'the error')
      return { status: view.hook.error.status }
    },
  }
  globalThis.run = async (name) => {
    try {
      return JSON.stringify(await scenes[name]())
    } catch (error) {
      return JSON.stringify({ failed: `${error.name}: ${error.message}\n${error.stack}` })
    }
  }
}

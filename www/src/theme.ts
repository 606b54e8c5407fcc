/** Light and dark: the system's, unless the visitor selects one. */
import { $ } from './dom.js'

const SLOT = 'instructor-theme'

export function startTheme(): void {
  const root = document.documentElement
  const stored = localStorage.getItem(SLOT)
  if (stored === 'light' || stored === 'dark') root.dataset.theme = stored
  $('theme').addEventListener('click', () => {
    const dark = root.dataset.theme
      ? root.dataset.theme === 'dark'
      : matchMedia('(prefers-color-scheme: dark)').matches
    root.dataset.theme = dark ? 'light' : 'dark'
    localStorage.setItem(SLOT, root.dataset.theme)
  })
}

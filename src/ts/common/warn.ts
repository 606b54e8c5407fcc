/** Warnings that appear once per process. */

const warned = new Set<string>()

export function warnOnce(warning: string): void {
  if (warned.has(warning)) return
  warned.add(warning)
  console.warn(warning)
}

/** The styles of the panel. An app can set the colours with the custom properties `--instructor-…`. */
export const STYLE = `
:host {
  display: block;
  --text: var(--instructor-text, light-dark(#1c1c24, #ececf1));
  --soft: var(--instructor-soft, light-dark(#5c5c69, #a6a6b4));
  --line: var(--instructor-line, light-dark(#dfdfe6, #2e2e38));
  --back: var(--instructor-back, light-dark(#f6f6f9, #101014));
  --card: var(--instructor-card, light-dark(#ffffff, #19191f));
  --accent: var(--instructor-accent, light-dark(#5151cd, #a3a3f7));
  --good: var(--instructor-good, light-dark(#146c3e, #5fd39a));
  --bad: var(--instructor-bad, light-dark(#b3261e, #ff8f86));
  --bad-tint: var(--instructor-bad-tint, light-dark(#fdeceb, #3a1d1d));
  --mono: ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace;
  color: var(--text);
  font: 14px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
}
* { box-sizing: border-box; }
p { margin: 0; }
strong { font-size: 0.92rem; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.timeline { list-style: none; margin: 0; padding: 0; display: grid; gap: 0.9rem; }
.timeline:empty::after { content: "None yet."; color: var(--soft); }
.attempt {
  position: relative; border-left: 2px solid var(--line); padding-left: 0.9rem;
  display: grid; gap: 0.45rem; min-width: 0; margin-left: 6px;
}
.attempt::before {
  content: ""; position: absolute; left: -7px; top: 0.3rem; width: 12px; height: 12px;
  border-radius: 50%; background: var(--soft);
}
.attempt[data-state="valid"]::before { background: var(--good); }
.attempt[data-state="invalid"]::before, .attempt[data-state="failed"]::before { background: var(--bad); }
.attempt[data-state="running"]::before { background: var(--accent); }
.attempt-head { display: flex; flex-wrap: wrap; gap: 0.2rem 0.7rem; align-items: center; }
.badge {
  font-size: 0.8rem; font-weight: 500; padding: 0.05rem 0.5rem; border-radius: 99px;
  border: 1px solid currentColor; color: var(--soft); white-space: nowrap;
}
[data-state="valid"] > .attempt-head > .badge, .badge[data-state="valid"] { color: var(--good); }
[data-state="invalid"] > .attempt-head > .badge, [data-state="failed"] > .attempt-head > .badge,
.badge[data-state="failed"] { color: var(--bad); }
.meta, .retry { font-size: 0.86rem; color: var(--soft); font-variant-numeric: tabular-nums; }
.answer, pre { font: 0.82rem/1.4 var(--mono); background: var(--back); border-radius: 8px; padding: 0.5rem 0.7rem; margin: 0; }
.line, pre { white-space: pre-wrap; overflow-wrap: anywhere; }
.wrong { background: var(--bad-tint); }
.issue { color: var(--bad); padding-left: 1.2rem; overflow-wrap: anywhere; }
.problem { color: var(--bad); white-space: pre-wrap; overflow-wrap: anywhere; }
.sent { display: grid; gap: 0.3rem; }
.sent pre { border-left: 3px solid var(--accent); }
.panel { border: 1px solid var(--line); border-radius: 12px; background: var(--card); padding: 0.6rem 0.9rem; display: grid; gap: 0.4rem; }
.panel-head { display: flex; flex-wrap: wrap; gap: 0.4rem 0.8rem; align-items: center; justify-content: space-between; font-weight: 600; }
.calls { list-style: none; margin: 0; padding: 0; display: grid; gap: 0.3rem; }
.calls:empty::after { content: "No calls yet."; color: var(--soft); }
.calls > li { border-top: 1px solid var(--line); padding-top: 0.3rem; }
summary { cursor: pointer; display: flex; flex-wrap: wrap; gap: 0.2rem 0.7rem; align-items: center; padding: 0.2rem 0; }
summary::before { content: "▸"; color: var(--soft); }
details[open] > summary::before { content: "▾"; }
details > instructor-timeline { margin: 0.4rem 0; }
button { font: inherit; color: inherit; min-height: 1.75rem; padding: 0.1rem 0.7rem; border: 1px solid var(--line); border-radius: 8px; background: var(--card); cursor: pointer; }
`

import { html } from '../lib.js';

const STEPS = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity };

/**
 * Tabs, of which one is shown; with arrow keys one goes from tab to tab.
 *
 * @param items `{ key, title }`
 * @param choose gets the key
 * @param panel the content of the chosen one
 */
export function tabs(label, items, chosen, choose, panel) {
  const at = Math.max(0, items.findIndex(item => item.key === chosen));
  const id = which => `tab-${items[which].key}`;
  const pressed = event => {
    const step = STEPS[event.key];
    if (step === undefined) {
      return;
    }
    event.preventDefault();
    const next = Number.isFinite(step) ? (at + step + items.length) % items.length : step < 0 ? 0 : items.length - 1;
    choose(items[next].key);
    document.getElementById(id(next)).focus();
  };
  return html`
    <div role="tablist" aria-label=${label} @keydown=${pressed}>
      ${items.map((item, which) => html`
        <button type="button" role="tab" id=${id(which)} aria-controls="tab-panel" aria-selected=${which === at}
            tabindex=${which === at ? 0 : -1} @click=${() => choose(item.key)}>${item.title}</button>`)}
    </div>
    <div role="tabpanel" id="tab-panel" aria-labelledby=${id(at)}>${panel(items[at])}</div>`;
}

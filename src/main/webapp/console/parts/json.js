import { html } from '../lib.js';

/** JSON as text, with a button that copies it. */
export function json(label, value) {
  const text = JSON.stringify(value, null, 2);
  return html`
    <div class="text">
      <button type="button" class="quiet copy" aria-label="Copy ${label}"
        @click=${event => copy(event.target, text)}>Copy</button>
      <pre tabindex="0" aria-label=${label}>${text}</pre>
    </div>`;
}

/** A button that copies a text, and says so on itself. */
export const copyButton = (words, text) => html`
  <button type="button" class="quiet" @click=${event => copy(event.target, text)}>${words}</button>`;

async function copy(button, text) {
  const before = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = 'Copied';
  } catch {
    button.textContent = 'The browser does not let it be copied';
  }
  setTimeout(() => { button.textContent = before; }, 2000);
}

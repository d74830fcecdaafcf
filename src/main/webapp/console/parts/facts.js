import { html, nothing } from '../lib.js';

const isThere = value => value !== undefined && value !== null;

/** Whether it is more than an empty text, list or object, or a condition that does not hold. */
export const filled = value => isThere(value) && value !== false && value !== ''
  && (typeof value !== 'object' || Object.keys(value).length > 0);

/**
 * Pairs of a name and what is shown of it; those without are left out.
 *
 * @param isShown tells of a value whether it is something
 */
export const facts = (pairs, isShown = isThere) => html`
  <dl class="facts">${pairs.filter(([, value]) => isShown(value)).map(([name, value]) => html`
    <dt>${name}</dt><dd>${value}</dd>`)}</dl>`;

/** A name such as `jobsWaiting`, as words. */
export function spaced(name) {
  const words = name.replace(/([a-z0-9])([A-Z])/g, (_, before, capital) => `${before} ${capital.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/**
 * @param heads texts, or `[text, 'number']` for columns of numbers
 * @param rows templates of `<tr>`s, or what `repeat` makes of some
 * @param empty said when there are none
 */
export const table = (caption, heads, rows, empty) => rows.length === 0
  ? html`<p class="soft">${empty}</p>`
  : html`
    <div class="table" role="region" aria-label=${caption} tabindex="0"><table>
      <caption class="unseen">${caption}</caption>
      <thead><tr>${heads.map(head => [head].flat()).map(([text, kind]) => html`
        <th scope="col" class=${kind ?? nothing}>${text}</th>`)}</tr></thead>
      <tbody>${rows}</tbody>
    </table></div>`;

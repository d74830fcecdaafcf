import { html, nothing } from '../lib.js';

/** Links to the first and the next page of a list that is paged by cursor. */
export const paging = (first, next) => first === null && next === null ? nothing : html`
  <nav class="row" aria-label="Pages">
    ${first === null ? nothing : html`<a class="way" href=${first}>First page</a>`}
    ${next === null ? nothing : html`<a class="way" href=${next}>Next page</a>`}
  </nav>`;

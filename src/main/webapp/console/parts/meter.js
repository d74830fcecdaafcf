import { html } from '../lib.js';

/** How much of something is in use. */
export const meter = (label, used, all) => html`
  <progress aria-label=${label} max=${Math.max(all, 1)} value=${used}></progress> ${used} of ${all}`;

// Views that are put together from several answers: one that is refused leaves the others as they are.

import { html } from '../lib.js';
import { Unreachable } from '../api.js';

/**
 * @param requests promises by name
 * @returns by the same names `{ value }` or `{ problem }`
 */
export async function pieces(requests) {
  const names = Object.keys(requests);
  const settled = await Promise.allSettled(Object.values(requests));
  const away = settled.find(each => each.reason instanceof Unreachable);
  if (away) {
    throw away.reason;
  }
  return Object.fromEntries(settled.map((each, at) =>
    [names[at], each.status === 'fulfilled' ? { value: each.value } : { problem: each.reason }]));
}

/** What was answered, drawn; or why it was not. */
export const piece = ({ value, problem }, template) =>
  problem ? html`<p class="problem">${problem.message}</p>` : template(value);

// A filter of tasks as the API has it in JSON.

import { html } from '../lib.js';
import { address } from '../router.js';
import { words } from '../format.js';

/** The same filter as parameters of the list of tasks; that knows no ids. */
export function asQuery({ all, ids, labels = {}, ...rest }) {
  return { ...rest, label: Object.entries(labels).map(([name, value]) => `${name}:${value}`) };
}

const SPOKEN = { state: value => [value].flat().map(words).join(' or '), labels: value => Object.entries(value)
  .map(([name, each]) => `${name}:${each}`).join(', '), ids: value => `${value.length} chosen tasks` };

export function inWords(filter) {
  const parts = Object.entries(filter).filter(([name]) => name !== 'all')
    .map(([name, value]) => name === 'ids' ? SPOKEN.ids(value) : `${name} ${SPOKEN[name]?.(value) ?? value}`);
  return parts.length === 0 ? 'every task' : parts.join(', ');
}

/** A filter in words, with a way to the tasks. */
export const filterLink = filter => filter.ids ? inWords(filter)
  : html`<a href=${address('tasks', asQuery(filter))}>${inWords(filter)}</a>`;

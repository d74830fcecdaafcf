import { html } from '../lib.js';
import { address } from '../router.js';
import { number, words } from '../format.js';

export const STATES = ['PENDING', 'SUBMITTING', 'QUEUED', 'RUNNING', 'CANCELING', 'SUCCEEDED', 'FAILED', 'CANCELED'];

export const UNFINISHED = STATES.slice(0, 5);

/** Those that are never left. */
export const OVER = STATES.slice(5);

const card = (state, count, to) => html`
  <li><a href=${to}><strong>${number(count)}</strong>${words(state)}</a></li>`;

/** Numbers of tasks by state as cards, each a link to these tasks. */
export const stateCards = (label, counts, states, filter = {}) => html`
  <ul class="cards" aria-label=${label}>${states.filter(state => state in counts).map(state =>
    card(state, counts[state], address('tasks', { ...filter, state })))}
  </ul>`;

/** All states, 0 where nothing is told of one. */
export const complete = (counts, states) => Object.fromEntries(states.map(state => [state, counts[state] ?? 0]));

export const allStates = counts => STATES.filter(state => counts[state] > 0);

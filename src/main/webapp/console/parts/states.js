import { html } from '../lib.js';
import { address } from '../router.js';
import { number, words } from '../format.js';

export const STATES = ['PENDING', 'SUBMITTING', 'QUEUED', 'RUNNING', 'CANCELING', 'SUCCEEDED', 'FAILED', 'CANCELED'];

export const UNFINISHED = STATES.slice(0, 5);

/** Those that are never left. */
export const OVER = STATES.slice(5);

/** Numbers of tasks by state as cards, each a link to these tasks. */
export const stateCards = (label, counts, states, filter = {}) => html`
  <ul class="cards" aria-label=${label}>${states.filter(state => state in counts).map(state => html`
    <li><a href=${address('tasks', { ...filter, state })}><strong>${number(counts[state])}</strong>${words(state)}</a></li>`)}
  </ul>`;

/** All states, 0 where nothing is told of one. */
export const complete = (counts, states) => Object.fromEntries(states.map(state => [state, counts[state] ?? 0]));

export const allStates = counts => STATES.filter(state => counts[state] > 0);

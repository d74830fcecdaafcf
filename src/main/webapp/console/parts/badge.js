import { html } from '../lib.js';
import { words } from '../format.js';

const TONES = {
  PENDING: 'calm', SUBMITTING: 'busy', QUEUED: 'busy', RUNNING: 'busy', CANCELING: 'warn',
  SUCCEEDED: 'good', FAILED: 'bad', CANCELED: 'calm',
  UP: 'good', DEGRADED: 'warn', DOWN: 'bad',
  OPEN: 'good', PAUSED: 'warn', DRAINING: 'warn',
  DONE: 'good', STOPPED: 'calm',
};

/** A constant of the server, such as a state, in words. */
export const badge = constant => html`<span class="badge ${TONES[constant] ?? 'calm'}">${words(constant)}</span>`;

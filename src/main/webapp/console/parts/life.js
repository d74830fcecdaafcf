// The life of a task: what its timestamps and those of its attempts tell.

import { html, nothing, svg } from '../lib.js';
import { between, duration, words } from '../format.js';
import { badge } from './badge.js';
import { when } from './when.js';

const WIDTH = 1000;
const LEAST = 4;

/**
 * The lengths from each timestamp to the next one that is known: `{ name, from, to, tone }`. The last one is open
 * while the task goes on.
 *
 * @param received when the result was fetched, where that is known
 */
export function phases(task, attempts, received) {
  const { created, inputReceived, resultSent } = task.timestamps;
  const marks = [
    ['On the way to the server', created, 'calm'],
    ['Waiting', inputReceived, 'warn'],
    ...attempts.flatMap(attempt => marksOf(attempt, attempts.length > 1 ? `Attempt ${attempt.number}: ` : '')),
    [received ? 'Result waits to be fetched' : null, resultSent, 'calm'],
  ].filter(([, at]) => at);
  const end = received ?? (resultSent ? null : new Date().toISOString());
  return marks
    .map(([name, from, tone], at) => ({ name, from, to: marks[at + 1]?.[1] ?? end, tone, open: at === marks.length - 1 && !resultSent }))
    .filter(phase => phase.name !== null && phase.to);
}

function marksOf(attempt, which) {
  const times = attempt.timestamps;
  return [
    [`${which}being submitted`, times.startTaskSubmission, 'calm'],
    [`${which}accepted, waiting at the backend`, times.accepted, 'warn'],
    [`${which}received by the worker`, times.taskReceived, 'calm'],
    [`${which}running`, times.computeStarted, tone(attempt)],
    [`${which}result on its way back`, times.computeEnded, 'calm'],
    [attempt.outcome === undefined || attempt.failure ? `After attempt ${attempt.number}` : 'Being recorded', times.finished, 'calm'],
  ];
}

const tone = attempt => attempt.failure ? 'bad' : attempt.outcome === 'SUCCEEDED' ? 'good' : 'busy';

/** Where each length lies within the whole. */
export function waterfall(all) {
  if (all.length === 0) {
    return nothing;
  }
  const first = Math.min(...all.map(phase => new Date(phase.from)));
  const last = Math.max(...all.map(phase => new Date(phase.to)), first + 1);
  const x = instant => (new Date(instant) - first) / (last - first) * WIDTH;
  const rect = phase => {
    const width = Math.max(LEAST, x(phase.to) - x(phase.from));
    return svg`<rect class="tone-${phase.tone}" x=${Math.min(x(phase.from), WIDTH - LEAST)} y="2" width=${width} height="16"></rect>`;
  };
  return html`
    <div class="table" tabindex="0" role="region" aria-label="Where the time went">
      <table class="waterfall">
        <caption class="hidden">Where the time went, from ${new Date(first).toISOString()} to ${new Date(last).toISOString()}</caption>
        <thead><tr><th scope="col">What</th><th scope="col">From</th><th scope="col" class="number">Length</th>
          <th scope="col"><span class="hidden">Drawn</span></th></tr></thead>
        <tbody>${all.map(phase => html`
          <tr><th scope="row">${phase.name}</th><td class="nowrap">${when(phase.from)}</td>
            <td class="number">${duration(between(phase.from, phase.to))}${phase.open ? ' so far' : ''}</td>
            <td class="bar"><svg viewBox="0 0 ${WIDTH} 20" preserveAspectRatio="none" aria-hidden="true">${rect(phase)}</svg></td></tr>`)}
        </tbody>
      </table>
    </div>`;
}

/** Each state it is known to have had: `{ at, state, why }`, oldest first. */
export function states(task, attempts) {
  const found = [{ at: task.timestamps.inputReceived, state: 'PENDING', why: task.rerunOf ? 'submitted as another run' : 'submitted' }];
  attempts.forEach((attempt, index) => {
    const times = attempt.timestamps;
    const which = `attempt ${attempt.number}`;
    const started = times.computeStarted ?? times.taskReceived;
    found.push({ at: times.startTaskSubmission, state: 'SUBMITTING', why: `${which}, to ${attempt.backend}` });
    found.push({ at: times.accepted, state: 'QUEUED', why: attempt.nativeId ? `${which}, there ${attempt.nativeId}` : which });
    found.push({ at: started, state: 'RUNNING', why: which });
    if (index < attempts.length - 1) {
      found.push({ at: times.finished, state: 'PENDING', why: `${which} is over${because(attempt)}` });
    } else if (times.finished && !task.timestamps.resultSent && task.state === 'PENDING') {
      found.push({ at: times.finished, state: 'PENDING', why: `${which} is over${because(attempt)}; there will be another` });
    }
  });
  if (task.timestamps.resultSent) {
    found.push({ at: task.timestamps.resultSent, state: task.state, why: because(attempts.at(-1)).replace(/^: /, '') });
  } else if (found.at(-1).state !== task.state && task.state === 'CANCELING') {
    found.push({ at: null, state: task.state, why: 'the backend was told, and has not answered' });
  }
  return found.filter(({ at, state }) => at || state === task.state);
}

function because(attempt) {
  return !attempt ? '' : attempt.failure ? `: ${words(attempt.failure.failureClass)}, ${attempt.failure.type}`
    : attempt.note ? `: ${attempt.note}` : '';
}

export const statesTable = all => html`
  <div class="table">
    <table>
      <caption class="hidden">States it has had</caption>
      <thead><tr><th scope="col">When</th><th scope="col">State</th><th scope="col">Why</th></tr></thead>
      <tbody>${all.map(({ at, state, why }) => html`
        <tr><td class="nowrap">${when(at)}</td><td>${badge(state)}</td><td class="wrap">${why}</td></tr>`)}</tbody>
    </table>
  </div>`;

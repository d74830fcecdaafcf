// The life of a task: what its timestamps and those of its attempts tell.

import { html, nothing, svg } from '../lib.js';
import { between, duration, words } from '../format.js';
import { badge } from './badge.js';
import { when } from './when.js';

const WIDTH = 1000;
const LEAST = 4;
const FETCHED = 'Result waiting to be fetched';

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
    ...attempts.flatMap((attempt, at) => marksOf(task, attempt, attempts.length > 1, at === attempts.length - 1)),
    [received ? FETCHED : null, resultSent, 'calm'],
  ].filter(([, at]) => at);
  const end = received ?? (resultSent ? null : new Date().toISOString());
  return marks
    .map(([name, from, tone], at) => ({
      name, from, to: marks[at + 1]?.[1] ?? end, tone, open: at === marks.length - 1 && !resultSent,
    }))
    .filter(phase => phase.name !== null && phase.to);
}

function marksOf(task, attempt, several, last) {
  const times = attempt.timestamps;
  const named = name => several ? `${attempt.number}: ${name}` : name;
  if (last && runsUntold(task, attempt)) {
    return [[named('Submitted, and running since'), times.startTaskSubmission, 'busy']];
  }
  return [
    [named('Being submitted'), times.startTaskSubmission, 'calm'],
    [named('Waiting at the backend'), times.accepted, 'warn'],
    [named('Received by the worker'), times.taskReceived, 'calm'],
    [named('Running'), times.computeStarted, tone(attempt)],
    [named('Result on its way back'), times.computeEnded, 'calm'],
    last ? ['Result being recorded', times.finished, 'calm'] : ['Waiting for the next attempt', times.finished, 'warn'],
  ];
}

/** Some backends tell only with the end when it began. */
const runsUntold = ({ state }, { timestamps: { accepted, taskReceived } }) =>
  state === 'RUNNING' && !taskReceived && !accepted;

const tone = attempt => attempt.failure ? 'bad' : attempt.outcome === 'SUCCEEDED' ? 'good' : 'busy';

/** Where each length lies within the whole, until the result was there; how long nobody fetched it is told only. */
export function waterfall(all) {
  if (all.length === 0) {
    return nothing;
  }
  const first = Math.min(...all.map(phase => new Date(phase.from)));
  const drawn = all.filter(phase => phase.name !== FETCHED);
  const last = Math.max(...drawn.map(phase => new Date(phase.to)), first + 1);
  const x = instant => (new Date(instant) - first) / (last - first) * WIDTH;
  const rect = phase => {
    const width = Math.max(LEAST, x(phase.to) - x(phase.from));
    const left = Math.min(x(phase.from), WIDTH - LEAST);
    return svg`<rect class="tone-${phase.tone}" x=${left} y="2" width=${width} height="16"></rect>`;
  };
  return html`
    <div class="table" tabindex="0" role="region" aria-label="Where the time went">
      <table class="waterfall">
        <caption class="unseen">Where the time went, in all ${duration((last - first) / 1000)}</caption>
        <thead><tr><th scope="col">What</th><th scope="col">From</th><th scope="col" class="number">Length</th>
          <th scope="col"><span class="unseen">Drawn</span></th></tr></thead>
        <tbody>${all.map(phase => html`
          <tr><th scope="row">${phase.name}</th><td class="nowrap">${when(phase.from)}</td>
            <td class="number">${duration(between(phase.from, phase.to))}${phase.open ? ' so far' : ''}</td>
            <td class="bar">${drawn.includes(phase) ? html`
              <svg viewBox="0 0 ${WIDTH} 20" preserveAspectRatio="none"
                aria-hidden="true">${rect(phase)}</svg>` : nothing}
            </td></tr>`)}
        </tbody>
      </table>
    </div>`;
}

/** Each state it is known to have had: `{ at, state, why }`, oldest first. */
export function states(task, attempts) {
  const why = task.rerunOf ? 'submitted as another run' : 'submitted';
  const found = [{ at: task.timestamps.inputReceived, state: 'PENDING', why }];
  attempts.forEach((attempt, index) => {
    const times = attempt.timestamps;
    const which = `attempt ${attempt.number}`;
    const started = times.computeStarted ?? times.taskReceived;
    found.push({ at: times.startTaskSubmission, state: 'SUBMITTING', why: `${which}, to ${attempt.backend}` });
    const there = attempt.nativeId ? `, there ${attempt.nativeId}` : '';
    found.push({ at: times.accepted, state: 'QUEUED', why: `${which}${there}` });
    found.push({ at: started, state: 'RUNNING', why: started ? which : `${which}; since when is told with its end` });
    if (index < attempts.length - 1) {
      found.push({ at: times.finished, state: 'PENDING', why: `${which} is over${because(attempt)}` });
    } else if (times.finished && !task.timestamps.resultSent && task.state === 'PENDING') {
      const next = `${which} is over${because(attempt)}; there will be another`;
      found.push({ at: times.finished, state: 'PENDING', why: next });
    }
  });
  if (task.timestamps.resultSent) {
    const cause = task.state === 'CANCELED' ? 'on request' : because(attempts.at(-1)).replace(/^: /, '');
    found.push({ at: task.timestamps.resultSent, state: task.state, why: cause });
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
  <div class="table" tabindex="0" role="region" aria-label="History">
    <table>
      <caption class="unseen">States it has had</caption>
      <thead><tr><th scope="col">When</th><th scope="col">State</th><th scope="col">Why</th></tr></thead>
      <tbody>${all.map(({ at, state, why }) => html`
        <tr><td class="nowrap">${when(at)}</td><td>${badge(state)}</td><td class="wrap">${why}</td></tr>`)}</tbody>
    </table>
  </div>`;

// What happened over time, as GET /history tells it.

import { html } from '../lib.js';
import './chart.js';
import { duration, rough, share } from '../format.js';

const CALM = '--line-1';
const GOOD = '--line-4';
const BAD = '--line-2';
const WARN = '--line-3';

/** How far back one may look, in seconds. */
export const WINDOWS = { '1h': 3600, '6h': 21_600, '24h': 86_400, '7d': 604_800, '30d': 2_592_000 };

const WINDOW_WORDS = { '1h': '1 hour', '6h': '6 hours', '24h': '24 hours', '7d': '7 days', '30d': '30 days' };

/** As in "the last 6 hours". */
export const inWords = window => WINDOW_WORDS[window].replace(/^1 /, '');

export const back = seconds => new Date(Date.now() - seconds * 1000).toISOString();

/** Less of a bin than this says nothing about its rate. */
const LEAST = 5;

/** Seconds that have passed of each bin. */
function elapsed(history) {
  const until = Math.min(new Date(history.until), Date.now()) / 1000;
  return history.at.map(at => Math.min(history.stepSeconds, until - new Date(at) / 1000));
}

/** A number of each bin as that of a minute. */
function perMinute(history, counts) {
  const seconds = elapsed(history);
  return counts.map((count, at) => seconds[at] < LEAST ? null : (count ?? 0) * 60 / seconds[at]);
}

const instants = history => history.at.map(at => new Date(at) / 1000);

/** Of those that came to an end by themselves. */
export const failureShare = ({ succeeded, failed }) => succeeded + failed > 0 ? failed / (succeeded + failed) : null;

const EMPTY = {
  submitted: [], succeeded: [], failed: [], canceled: [], running: [], slots: [],
  waitingSeconds: { p50: [], p95: [] }, runningSeconds: { p50: [], p95: [] }, deliverySeconds: { p50: [], p95: [] },
  total: { submitted: 0, succeeded: 0, failed: 0, canceled: 0 },
};

export const nothingIn = ({ total }) => !(total.submitted || total.succeeded || total.failed || total.running);

/** Of an answer that is not grouped the only series. */
export const only = history => history.series[0] ?? EMPTY;

const filled = (history, values) => history.at.map((_, at) => values?.[at] ?? null);

export function throughput(history, one = only(history)) {
  const counts = ['submitted', 'succeeded', 'failed'].map(name => perMinute(history, filled(history, one[name])));
  const said = `Tasks per minute: ${one.total.submitted ?? 0} submitted, ${one.total.succeeded ?? 0} succeeded and `
    + `${one.total.failed ?? 0} failed in all`;
  return html`<time-chart label=${said} .series=${['submitted', 'succeeded', 'failed']}
    .colours=${[CALM, GOOD, BAD]} .format=${rough}
    .data=${[instants(history), ...counts]}></time-chart>`;
}

export function failures(history, one = only(history)) {
  const shares = history.at.map((_, at) =>
    failureShare({ succeeded: one.succeeded?.[at] ?? 0, failed: one.failed?.[at] ?? 0 }));
  return html`<time-chart label="Share of failed tasks: ${share(failureShare(one.total))} over all"
    .series=${['failed']} .colours=${[BAD]} .format=${share} .data=${[instants(history), shares]}></time-chart>`;
}

/** @param of `waiting`, `running` or `delivery` */
export function latency(history, of, words, one = only(history)) {
  const { p50, p95 } = one[`${of}Seconds`] ?? {};
  const { p50: half, p95: most } = one.total[`${of}Seconds`] ?? {};
  return html`<time-chart label="${words}: half within ${duration(half)}, 95 % within ${duration(most)}"
    .series=${['p50', 'p95']} .colours=${[CALM, WARN]} .format=${duration}
    .data=${[instants(history), filled(history, p50), filled(history, p95)]}></time-chart>`;
}

export function utilisation(history, one = only(history)) {
  return html`<time-chart label="Running on ${one.backend ?? 'all backends'}: ${rough(one.total.running)} on average"
    .series=${['running', 'slots']} .colours=${[CALM, GOOD]} .format=${rough}
    .data=${[instants(history), filled(history, one.running), filled(history, one.slots)]}></time-chart>`;
}

/** A choice of how far back to look. */
export const windowChoice = (chosen, choose, names = ['1h', '6h', '24h', '7d']) => html`
  <div class="segments" role="group" aria-label="How far back">${names.map(name => html`
    <button class="quiet" aria-pressed=${name === chosen} @click=${() => choose(name)}>${WINDOW_WORDS[name]}</button>`)}
  </div>`;

import { html, nothing } from '../lib.js';
import { get } from '../api.js';
import { address, go } from '../router.js';
import { number, rough, share, words } from '../format.js';
import { View } from '../view.js';
import { badge } from '../parts/badge.js';
import * as history from '../parts/history.js';
import { backendLink, methodLink, taskLink } from '../parts/links.js';
import { meter } from '../parts/meter.js';
import { piece, pieces } from '../parts/pieces.js';
import { problemList, problems } from '../parts/problems.js';
import { Seldom } from '../parts/seldom.js';
import { UNFINISHED, complete, stateCards } from '../parts/states.js';
import { when, whenAgo } from '../parts/when.js';

const BINS = 120;
/** Operations that are looked at for problems. */
const NEWEST = 20;
const DAY = 86_400;

const recent = operation => Date.now() - new Date(operation.ended ?? operation.created) < DAY * 1000;

export default class Overview extends View {
  #often = new Seldom(3);
  #seldom = new Seldom(10);
  #rarely = new Seldom(30);
  title = 'Overview';

  get window() {
    const asked = this.query.get('window');
    return asked in history.WINDOWS ? asked : '1h';
  }

  async load() {
    const { window } = this;
    const since = history.back(history.WINDOWS[window]);
    this.found = await pieces({
      server: get('server'),
      backends: get('backends'),
      waiting: this.#often.get('waiting', () => get('waiting')),
      nodes: this.#often.get('nodes', () => get('nodes')),
      topics: this.#rarely.get('topics', () => get('topics')),
      operations: this.#often.get('operations', async () =>
        (await get('operations', { limit: NEWEST })).operations.filter(recent)),
      failures: this.#seldom.get('failures', async () =>
        (await get('failures', { since: history.back(3600), sort: 'largest', limit: 3 })).groups),
      history: this.#seldom.get(window, () => get('history', { since, bins: BINS })),
    });
    this.since = since;
  }

  actions() {
    return history.windowChoice(this.window, window => go(address('overview', { window })));
  }

  template() {
    const read = this.found;
    return html`
      <section aria-labelledby="problems"><h2 id="problems">Problems</h2>
        ${problemList(problems(read, this.mayAdminister))}</section>
      <section aria-labelledby="now"><h2 id="now">Now</h2>
        ${piece(read.server, server => stateCards('Unfinished tasks', complete(server.tasks, UNFINISHED), UNFINISHED))}
        <div class="panels">
          <section class="panel" aria-labelledby="backends"><h3 id="backends">Backends</h3>
            ${piece(read.backends, backends => this.#backends(backends))}</section>
          <section class="panel" aria-labelledby="oldest"><h3 id="oldest">Waits longest</h3>
            ${piece(read.waiting, groups => this.#oldest(groups))}</section>
        </div>
      </section>
      <section aria-labelledby="past"><h2 id="past">In the last ${history.inWords(this.window)}</h2>
        ${piece(read.history, told => this.#past(told))}</section>`;
  }

  #backends(backends) {
    return backends.length === 0 ? html`<p class="soft">No backend is configured.</p>` : html`
      <ul class="lines">${backends.map(({ name, condition, gate, busy, slots }) => html`
        <li><span class="grow">${backendLink(name)}</span>
          <span>${badge(condition)} ${gate === 'OPEN' ? nothing : badge(gate)}</span>
          <span class="nowrap">${meter(`Busy slots of ${name}`, busy, slots)}</span></li>`)}</ul>`;
  }

  #oldest(groups) {
    if (groups.length === 0) {
      return html`<p class="fine">No task waits.</p>`;
    }
    const oldest = groups.reduce((one, other) => other.oldestReadyAt < one.oldestReadyAt ? other : one);
    return html`
      <p>Task ${taskLink(oldest.sampleTask)} of ${methodLink(oldest.method)} on ${backendLink(oldest.backend)}, owner
        ${oldest.owner}, ${new Date(oldest.oldestReadyAt) > new Date()
    ? html`may start at ${when(oldest.oldestReadyAt)}` : html`could have started ${whenAgo(oldest.oldestReadyAt)}`}.</p>
      ${oldest.reasons.length === 0
    ? html`<p class="soft">It is about to be started, or only another server knows why not.</p>`
    : html`<ul>${oldest.reasons.map(({ detail, type }) => html`<li>${detail || words(type)}</li>`)}</ul>`}
      <p><a href=${address('waiting')}>Everything that waits, and why</a></p>`;
  }

  #past(told) {
    const one = history.only(told);
    const over = { SUCCEEDED: one.total.succeeded, FAILED: one.total.failed, CANCELED: one.total.canceled };
    const panel = (title, chart) => html`<article class="panel"><h3>${title}</h3>${chart}</article>`;
    return html`
      ${stateCards('Finished tasks', over, Object.keys(over), { since: this.since })}
      <p class="soft">${number(one.total.submitted)} submitted, failure share ${share(history.failureShare(one.total))},
        ${rough(one.total.running)} running on average. The cards count tasks that finished in this time; their lists
        show only those of them that were submitted in it, too.</p>
      ${history.nothingIn(one) ? html`<p class="soft">Nothing happened in this time.
        <a href=${address('methods')}>Choose a method</a> to submit a task.</p>` : html`<div class="panels">
        ${panel('Tasks per minute', history.throughput(told))}
        ${panel('Failure share', history.failures(told))}
        ${panel('Waiting until it was started', history.latency(told, 'waiting', 'Waiting'))}
        ${panel('Running', history.latency(told, 'running', 'Running'))}
        ${panel('Delivery of results', history.latency(told, 'delivery', 'Delivery of results'))}
      </div>`}`;
  }
}

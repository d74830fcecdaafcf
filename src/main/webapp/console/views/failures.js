import { html, nothing } from '../lib.js';
import { get, part } from '../api.js';
import { address, go } from '../router.js';
import { bytes, number, words } from '../format.js';
import { View } from '../view.js';
import { Bulk } from '../parts/bulk.js';
import { badge } from '../parts/badge.js';
import { facts, table } from '../parts/facts.js';
import { CLASSES, chips, choice, field } from '../parts/filter.js';
import { methodLink, taskLink } from '../parts/links.js';
import { instantOf, left, localTime, settled, when, whenAgo } from '../parts/when.js';

const FILTERS = ['method', 'campaign', 'owner', 'topic', 'failureClass', 'since'];
const ROWS = 100;
const NEWEST = 20;

/** What has failed, by cause; or one cause. */
export default class Failures extends View {
  events = null;
  every = 5;
  found = null;
  group = null;
  failure = null;
  methods = null;
  bulk = new Bulk(this);
  #sample = null;

  constructor(at, me) {
    super(at, me);
    this.id = at.segments[0] ?? null;
  }

  get title() {
    return this.id ? 'Failure' : 'Failures';
  }

  /** The filters are drawn at once, what fits them when it was read. */
  moved(query) {
    super.moved(query);
    this.draw();
  }

  close() {
    this.bulk.end();
    super.close();
  }

  load() {
    return this.id ? this.#readGroup() : this.#readGroups();
  }

  async #readGroups() {
    const filter = Object.fromEntries(FILTERS.map(name => [name, this.query.get(name)]));
    [this.found, this.methods] = await Promise.all([
      get('failures', { ...filter, sort: this.query.get('sort'), limit: ROWS }), this.methods ?? get('methods'),
    ]);
  }

  async #readGroup() {
    this.group = await get(`failures/${part(this.id)}`, { limit: NEWEST });
    if (this.group.sampleTask !== this.#sample) {
      const attempts = await get(`tasks/${part(this.group.sampleTask)}/attempts`);
      this.failure = attempts.findLast(attempt => attempt.failure)?.failure ?? null;
      this.#sample = this.group.sampleTask;
    }
  }

  template() {
    return this.id ? this.#one() : this.#all();
  }

  // All

  #all() {
    const { groups, more } = this.found;
    return html`
      ${this.#filterForm()}
      ${chips(this.query, query => this.#to(query))}
      ${groups.length === 0
        ? html`<p>${FILTERS.some(name => this.query.has(name)) ? 'No failed task fits these filters.'
          : 'No task has failed. Failed tasks are shown here, those of the same cause together.'}</p>`
        : this.#table(groups)}
      ${more ? html`<p class="note">There are more than ${ROWS} causes; filters narrow them.</p>` : nothing}`;
  }

  #to(query) {
    query.set('sort', this.query.get('sort') ?? '');
    return address(['failures'], query);
  }

  #filterForm() {
    const value = name => this.query.get(name) ?? '';
    return html`
      <form class="filters" aria-label="Filter failures" @submit=${event => this.#apply(event)}
          @change=${event => settled(event) && this.#apply(event)}
          @focusout=${event => left(event, this.query) && this.#apply(event)}>
        <div class="fields">
          ${field('method', 'Method', value('method'), this.methods.map(each => each.name))}
          ${choice('failureClass', 'Class', value('failureClass'), CLASSES)}
          ${field('owner', 'Owner', value('owner'), [this.me.user])}
          ${field('campaign', 'Campaign', value('campaign'))}
          ${field('topic', 'Topic', value('topic'))}
          <label>Since<input type="datetime-local" step="1" name="since" .value=${localTime(value('since'))}></label>
          <label>First
            <select name="sort">
              <option value="">newest</option>
              <option value="largest" ?selected=${value('sort') === 'largest'}>largest</option>
            </select>
          </label>
        </div>
        <button class="unseen">Search</button>
      </form>`;
  }

  #apply(event) {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const values = Object.fromEntries([...data].map(([name, value]) => [name, value.trim()]));
    go(address(['failures'], { ...values, since: instantOf(values.since) }));
  }

  #table(groups) {
    return table('Failed tasks by cause', [['Tasks', 'number'], 'Cause', 'Method', 'Class', 'First', 'Last'],
      groups.map(group => html`
        <tr>
          <td class="number"><a href=${this.#tasks(group.id)}
            aria-label="${number(group.count)} tasks of this cause">${number(group.count)}</a></td>
          <th scope="row" class="cause"><a href=${address(['failures', group.id])}>${group.type}</a>
            <span class="clipped" title=${group.message}>${group.message}</span></th>
          <td>${methodLink(group.method)}</td>
          <td>${words(group.failureClass)}</td>
          <td class="nowrap">${whenAgo(group.firstAt)}</td>
          <td class="nowrap">${whenAgo(group.lastAt)}</td>
        </tr>`));
  }

  #tasks = id => address(['tasks'], { failureGroup: id });

  // One

  actions() {
    if (!this.group) {
      return nothing;
    }
    const begin = action => this.bulk.start(action, { failureGroup: this.id }, this.#whose());
    return html`
      ${this.maySubmit ? html`
        <button type="button" @click=${() => begin('RERUN')}>Run all again…</button>
        <button type="button" class="quiet" @click=${() => begin('DELETE')}>Delete all…</button>` : nothing}
      <a href=${this.#tasks(this.id)}>All ${number(this.group.count)} tasks</a>`;
  }

  #whose() {
    return this.mayAdminister ? 'all of this cause' : 'those of this cause that are mine';
  }

  #one() {
    const { group, failure } = this;
    return html`
      ${this.bulk.template()}
      <section class="problem" aria-label="Failure"><strong>${group.type}</strong> (${words(group.failureClass)})
        <p class="wrap">${failure?.message ?? group.message}</p></section>
      ${facts([
        ['Method', methodLink(group.method)],
        ['Tasks', html`<a href=${this.#tasks(group.id)}>${number(group.count)}</a>`],
        ['First', html`${when(group.firstAt)} (${whenAgo(group.firstAt)})`],
        ['Last', html`${when(group.lastAt)} (${whenAgo(group.lastAt)})`],
      ])}
      ${failure?.traceback ? html`<h2>Traceback of the newest</h2>
        <pre tabindex="0" aria-label="Traceback">${failure.traceback}</pre>` : nothing}
      <h2>Newest tasks</h2>
      ${table('Newest tasks of this cause',
        ['Task', 'State', 'Backend', 'Owner', 'Campaign', ['Attempts', 'number'], ['Inputs', 'number'], 'Ended'],
        group.tasks.map(task => html`
          <tr>
            <th scope="row">${taskLink(task.id)}</th>
            <td>${badge(task.state)}</td>
            <td>${task.backend}</td>
            <td>${task.owner}</td>
            <td>${task.campaign ?? nothing}</td>
            <td class="number">${task.attempts}</td>
            <td class="number">${bytes(task.inputBytes)}</td>
            <td class="nowrap">${whenAgo(task.timestamps.resultSent)}</td>
          </tr>`))}`;
  }
}

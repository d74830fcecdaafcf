import { html, nothing, repeat } from '../lib.js';
import { get, url } from '../api.js';
import { address, go, here } from '../router.js';
import { between, bytes, duration, number, shortId, since, time, words } from '../format.js';
import { View } from '../view.js';
import { badge } from '../parts/badge.js';
import { Bulk } from '../parts/bulk.js';
import { ask } from '../parts/dialog.js';
import { table } from '../parts/facts.js';
import { CLASSES, chips, choice, field, filterBody, onlyFilter, parameters } from '../parts/filter.js';
import { keep, kept } from '../parts/kept.js';
import { OVER, STATES } from '../parts/states.js';
import { methodLink, taskLink } from '../parts/links.js';
import { instantOf, left, localTime, settled, whenAgo } from '../parts/when.js';

const SIZES = [25, 50, 100, 200];
const NARROW = ['topic', 'campaign', 'owner', 'method', 'backend'];

const COLUMNS = {
  state: ['State', task => badge(task.state)],
  method: ['Method', task => methodLink(task.method)],
  version: ['Version', task => task.version, 'number'],
  backend: ['Backend', task => task.backend],
  owner: ['Owner', task => task.owner],
  topic: ['Topic', task => task.topic],
  campaign: ['Campaign', task => task.campaign ? campaign(task) : nothing],
  labels: ['Labels', task => Object.entries(task.labels ?? {}).map(label => label.join(':')).join(' ')],
  clientId: ['Client id', task => task.clientId ?? nothing],
  priority: ['Priority', task => task.priority, 'number'],
  attempts: ['Attempts', task => task.attempts, 'number'],
  submitted: ['Submitted', task => whenAgo(task.timestamps.inputReceived), 'nowrap'],
  ended: ['Ended', task => task.timestamps.resultSent ? whenAgo(task.timestamps.resultSent) : nothing, 'nowrap'],
  took: ['Took', task => duration(took(task)), 'number'],
  input: ['Inputs', task => bytes(task.inputBytes), 'number'],
  value: ['Value', task => task.valueBytes === undefined ? nothing : bytes(task.valueBytes), 'number'],
  failureClass: ['Failure', task => failure(task)],
};
const USUAL = [
  'state', 'method', 'backend', 'owner', 'topic', 'campaign', 'attempts', 'submitted', 'took', 'failureClass',
];

const campaign = ({ campaign: name, owner }) => html`<a href=${address(['campaigns', name], { owner })}>${name}</a>`;

const failure = ({ failureClass, failureGroup }) => !failureClass ? nothing : failureGroup
  ? html`<a href=${address(['failures', failureGroup])}>${words(failureClass)}</a>` : words(failureClass);

const button = (word, what, off = false) => html`
  <button type="button" class="quiet" ?disabled=${off} @click=${what}>${word}</button>`;

/** From the submit until it was over, or until now. */
function took({ state, timestamps: { inputReceived, resultSent } }) {
  return OVER.includes(state) ? between(inputReceived, resultSent) : since(inputReceived);
}

/** The id that comes next, so that a page can begin at a task. */
function after(id) {
  const next = (BigInt(`0x${id.replaceAll('-', '')}`) + 1n).toString(16).padStart(32, '0');
  return next.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** A page of the tasks that fit a filter, newest first. */
export default class Tasks extends View {
  tasks = [];
  next = null;
  searchedUntil = null;
  lookedAt = null;
  methods = null;
  backends = null;
  columns = kept('tasks.columns', USUAL).filter(name => name in COLUMNS);
  size = kept('tasks.size', 50);
  saved = kept('tasks.filters', {});
  selected = new Set();
  everything = false;
  /** Where the page begins while tasks are selected: nothing moves under the hand of who selects. */
  held = null;
  bulk = new Bulk(this);

  constructor(at, me) {
    super(at, me);
    this.#narrow();
  }

  get title() {
    return 'Tasks';
  }

  get filter() {
    return onlyFilter(this.query);
  }

  /** The filters are drawn at once, what fits them when it was read. */
  moved(query) {
    this.query = query;
    this.#select([]);
    this.#narrow();
    super.moved(query);
    this.draw();
  }

  close() {
    this.bulk.end();
    super.close();
  }

  /** A search for a text looks at many tasks: it is not repeated with every event. */
  #narrow() {
    const searches = this.query.has('text');
    this.events = searches ? null : Object.fromEntries(NARROW.map(name => [name, this.query.getAll(name)]));
    this.every = searches ? 30 : 10;
  }

  async load() {
    const cursor = this.held ?? this.query.get('cursor');
    const [page, methods, backends] = await Promise.all([
      get('tasks', { ...parameters(this.query), cursor, limit: this.size }),
      this.methods ?? get('methods'),
      this.backends ?? get('backends'),
    ]);
    this.tasks = page.tasks;
    this.next = page.next ?? null;
    this.searchedUntil = page.searchedUntil ?? null;
    this.lookedAt = page.lookedAt ?? null;
    this.methods = methods;
    this.backends = backends;
  }

  actions() {
    const filter = parameters(this.query);
    return html`
      ${this.maySubmit ? html`<a href="#/methods">Submit a task</a>` : nothing}
      <a href=${url('tasks/export', { ...filter, format: 'csv' })} download="tasks.csv">Export CSV</a>
      <a href=${url('tasks/export', { ...filter, format: 'json' })} download="tasks.json">Export JSON</a>`;
  }

  template() {
    return html`
      ${this.#filterForm()}
      ${chips(this.query, query => address(['tasks'], query))}
      ${this.maySubmit ? this.#changes() : nothing}
      ${this.bulk.template()}
      ${this.tasks.length === 0 ? this.#empty() : this.#table()}
      ${this.#pager()}`;
  }

  // Filter

  #filterForm() {
    const query = this.query;
    const value = name => query.get(name) ?? '';
    return html`
      <form class="filters" aria-label="Filter tasks" @submit=${event => this.#submitted(event)}
          @change=${event => settled(event) && this.#apply(event.currentTarget)}
          @focusout=${event => left(event, this.query) && this.#apply(event.currentTarget)}>
        <div class="fields">
          ${field('text', 'Text', value('text'), [], 'search', 'id, names, labels, inputs, failure')}
          ${field('method', 'Method', value('method'), this.methods.map(each => each.name))}
          ${field('backend', 'Backend', value('backend'), this.backends.map(each => each.name))}
        </div>
        <fieldset class="checks"><legend>State</legend>${STATES.map(state => html`
          <label><input type="checkbox" name="state" value=${state} .checked=${query.getAll('state').includes(state)}>
            ${words(state)}</label>`)}
        </fieldset>
        <div class="row">
          <button>Search</button>
          ${this.#savedFilters()}
        </div>
        <details ?open=${this.#hasMore()}>
          <summary>More filters</summary>
          <div class="fields">
            ${field('owner', 'Owner', value('owner'), [this.me.user])}
            ${field('topic', 'Topic', value('topic'))}
            ${field('campaign', 'Campaign', value('campaign'))}
            ${field('label', 'Label, as name:value', '')}
            ${choice('failureClass', 'Failure class', value('failureClass'), CLASSES)}
            <label>Since<input type="datetime-local" step="1" name="since" .value=${localTime(value('since'))}></label>
            <label>Until<input type="datetime-local" step="1" name="until" .value=${localTime(value('until'))}></label>
          </div>
        </details>
      </form>`;
  }

  #hasMore() {
    return ['owner', 'topic', 'campaign', 'label', 'failureClass', 'since', 'until'].some(name => this.query.has(name));
  }

  #submitted(event) {
    event.preventDefault();
    this.#apply(event.currentTarget);
  }

  #apply(form) {
    const data = new FormData(form);
    const query = new URLSearchParams();
    for (const [name, value] of data) {
      const text = value.trim();
      if (text !== '' && name !== 'saved') {
        query.append(name, name === 'since' || name === 'until' ? instantOf(text) : text);
      }
    }
    const before = here().query;
    const labels = before.getAll('label').filter(label => label !== data.get('label').trim());
    labels.forEach(label => query.append('label', label));
    query.set('failureGroup', before.get('failureGroup') ?? '');
    form.elements.label.value = '';
    go(address(['tasks'], query));
  }

  #savedFilters() {
    const now = this.filter.toString();
    const names = Object.keys(this.saved).sort();
    const current = names.find(name => this.saved[name] === now);
    return html`
      ${names.length === 0 ? nothing : html`
        <select name="saved" aria-label="Saved filters" @change=${event => this.#pick(event)}>
          <option value="" ?selected=${!current}>Saved filters…</option>
          ${names.map(name => html`<option value=${name} ?selected=${name === current}>${name}</option>`)}
        </select>`}
      ${current
        ? button(`Delete saved filter “${current}”`, () => this.#forget(current))
        : now === '' ? nothing : button('Save this filter…', () => this.#save(now))}`;
  }

  #pick(event) {
    event.stopPropagation();
    const query = this.saved[event.target.value];
    if (query !== undefined) {
      go(address(['tasks'], new URLSearchParams(query)));
    }
  }

  async #save(query) {
    const values = await ask({
      title: 'Save this filter', yes: 'Save',
      body: html`<label>Name<input name="name" required maxlength="60" autocomplete="off"></label>
        <p class="soft">It is kept in this browser.</p>`,
    });
    if (values) {
      this.#keepFilters({ ...this.saved, [values.name.trim()]: query });
    }
  }

  #forget(name) {
    const { [name]: gone, ...others } = this.saved;
    this.#keepFilters(others);
    this.say(`The filter “${name}” is deleted.`);
  }

  #keepFilters(saved) {
    this.saved = saved;
    keep('tasks.filters', saved);
    this.draw();
  }

  // Selection

  get #changeable() {
    return this.tasks.filter(task => this.mayChange(task.owner));
  }

  #select(ids) {
    this.selected = new Set(ids);
    this.everything = false;
    this.held = ids.length > 0 ? this.held ?? this.#start() : null;
  }

  #start() {
    return this.query.get('cursor') ?? (this.tasks.length > 0 ? after(this.tasks[0].id) : null);
  }

  #toggle(id, on) {
    this.#select(on ? [...this.selected, id] : [...this.selected].filter(other => other !== id));
    this.draw();
  }

  #togglePage(on) {
    this.#select(on ? this.#changeable.map(task => task.id) : []);
    this.draw();
  }

  #everything(on) {
    this.#select([]);
    this.everything = on;
    this.draw();
  }

  #changes() {
    const count = this.selected.size;
    const none = count === 0 && !this.everything;
    const mine = this.mayAdminister ? '' : ' of mine';
    const said = this.everything ? `Everything${mine} that matches is selected, on this page and all others.`
      : count === 0 ? 'Nothing is selected.'
      : `${number(count)} selected${this.query.has('cursor') ? '' : '; newer tasks are held back meanwhile'}.`;
    return html`
      <section class="row changes" aria-label="Change selected tasks">
        <span role="status">${said}</span>
        ${none ? nothing : button('Select nothing', () => this.#everything(false))}
        ${this.everything ? nothing : button('Select everything that matches', () => this.#everything(true))}
        ${this.bulk.buttons(none, action => this.#begin(action))}
      </section>`;
  }

  async #begin(action) {
    const which = this.filter.size > 0 ? 'everything that matches' : 'all that there are';
    const begun = this.everything
      ? await this.bulk.start(action, filterBody(this.query), which)
      : await this.bulk.start(action, { ids: [...this.selected] }, 'those selected');
    if (begun) {
      this.#everything(false);
    }
  }

  // Table

  #empty() {
    if (this.searchedUntil) {
      return nothing;
    }
    if (this.query.has('cursor')) {
      return html`<p>There are no older tasks.</p>`;
    }
    return this.filter.size > 0
      ? html`<p>No task fits all of these filters. <a href="#/tasks">Remove all filters</a> to see the newest.</p>`
      : html`<p>There are no tasks yet. Submit one from the page of a <a href="#/methods">method</a>, with a client,
        or with curl.</p>`;
  }

  #table() {
    const columns = this.columns.map(name => COLUMNS[name])
      .map(([title, , look]) => look === 'number' ? [title, look] : title);
    return table('Tasks, newest first', [...this.maySubmit ? [this.#selectAll()] : [], 'Task', ...columns],
      repeat(this.tasks, task => task.id, task => this.#row(task)));
  }

  #selectAll() {
    const all = this.#changeable;
    const full = this.everything || all.length > 0 && all.every(task => this.selected.has(task.id));
    return html`<input type="checkbox" aria-label="Select all tasks of this page"
      .checked=${full} .indeterminate=${!full && this.selected.size > 0}
      ?disabled=${this.everything || all.length === 0}
      @change=${event => this.#togglePage(event.target.checked)}>`;
  }

  #row(task) {
    const may = this.mayChange(task.owner);
    const chosen = may && (this.everything || this.selected.has(task.id));
    return html`
      <tr class=${chosen ? 'chosen' : ''}>
        ${this.maySubmit ? html`<td><input type="checkbox" aria-label="Select task ${shortId(task.id)}"
          .checked=${chosen} ?disabled=${!may || this.everything}
          @change=${event => this.#toggle(task.id, event.target.checked)}></td>` : nothing}
        <th scope="row">${taskLink(task.id)}</th>
        ${this.columns.map(name => html`<td class=${COLUMNS[name][2] ?? ''}>${COLUMNS[name][1](task)}</td>`)}
      </tr>`;
  }

  // Pages

  #pager() {
    const newer = history.state?.newer;
    const cursor = this.query.get('cursor');
    const searched = this.searchedUntil && this.next;
    return html`
      ${searched ? html`<p class="note">Looked at ${number(this.lookedAt)} tasks, back to ${time(this.searchedUntil)}.
        There are older ones.</p>` : nothing}
      <nav class="row" aria-label="Pages">
        ${button('Newest', () => this.#turn([], ''), !cursor)}
        ${button('Newer', () => this.#turn(newer.slice(0, -1), newer.at(-1)), !newer?.length)}
        ${button(searched ? 'Search on' : 'Older',
          () => this.#turn([...newer ?? [], cursor ?? ''], this.next), !this.next)}
        ${cursor && !newer ? nothing : html`<span class="soft">Page ${(newer?.length ?? 0) + 1}</span>`}
        <label class="inline">Rows
          <select @change=${event => this.#resize(Number(event.target.value))}>${SIZES.map(size => html`
            <option ?selected=${size === this.size}>${size}</option>`)}</select></label>
      </nav>
      ${this.#columnChoice()}`;
  }

  #columnChoice() {
    return html`
      <details class="choice"><summary>Columns</summary>
        <fieldset class="checks"><legend class="unseen">Columns that are shown</legend>
          ${Object.entries(COLUMNS).map(([name, [title]]) => html`
          <label><input type="checkbox" .checked=${this.columns.includes(name)}
            @change=${event => this.#column(name, event.target.checked)}> ${title}</label>`)}
        </fieldset>
      </details>`;
  }

  /** The way back is kept with the entry of the browser's history, not in the address. */
  #turn(newer, cursor) {
    const query = new URLSearchParams(this.query);
    query.set('cursor', cursor);
    const to = address(['tasks'], query);
    history.pushState({ newer }, '', to);
    this.moved(new URLSearchParams(to.split('?')[1] ?? ''));
    window.scrollTo(0, 0);
  }

  #resize(size) {
    this.size = size;
    keep('tasks.size', size);
    this.read();
  }

  #column(name, on) {
    this.columns = Object.keys(COLUMNS).filter(each => each === name ? on : this.columns.includes(each));
    keep('tasks.columns', this.columns);
    this.draw();
  }
}

import { html, keyed, nothing } from '../lib.js';
import { get, part, post, Problem, send, url } from '../api.js';
import { address, go } from '../router.js';
import { bytes, duration, number, shortId, words } from '../format.js';
import { View } from '../view.js';
import { badge } from '../parts/badge.js';
import { askBackend, askPriority } from '../parts/bulk.js';
import { ask, tell } from '../parts/dialog.js';
import { facts, filled } from '../parts/facts.js';
import { copyButton, json } from '../parts/json.js';
import { phases, states, statesTable, waterfall } from '../parts/life.js';
import { backendLink, methodLink, taskLink } from '../parts/links.js';
import '../parts/output.js';
import { OVER } from '../parts/states.js';
import { curl, submissionOf } from '../parts/submission.js';
import { tabs } from '../parts/tabs.js';
import { when, whenAgo } from '../parts/when.js';

/** Bytes that are shown without being asked for. */
const AT_ONCE = 256 * 1024;
const ITEMS = 20;
const ITEM_TEXT = 400;
const WAITS = ['PENDING', 'SUBMITTING', 'QUEUED'];
const JSONS = {
  resources: 'Resources', options: 'Options for the backend', retry: 'How it is retried', taskInfo: 'Task info',
};
const REASON_NONE = 'Nothing holds it back: it is about to start.';

/** A task, with all that is known of it. */
export default class Task extends View {
  every = 1;
  task = null;
  attempts = [];
  waiting = [];
  inputs = null;
  result = null;
  items = null;
  after = 0;
  attempt = null;
  #itemsRead = '';

  constructor(at, me) {
    super(at, me);
    this.id = at.segments[0];
    this.events = { task: this.id };
    this.attempt = Number(this.query.get('attempt')) || null;
  }

  get title() {
    return `Task ${shortId(this.id)}`;
  }

  get #path() {
    return `tasks/${part(this.id)}`;
  }

  get #over() {
    return OVER.includes(this.task.state);
  }

  async load() {
    [this.task, this.attempts] = await Promise.all([get(this.#path), get(`${this.#path}/attempts`)]);
    this.every = this.#over ? 30 : 1;
    await Promise.all([this.#readWaiting(), this.#readItems(), this.#readInputs(), this.#readResult()]);
  }

  async #readWaiting() {
    if (!WAITS.includes(this.task.state)) {
      this.waiting = [];
      return;
    }
    try {
      this.waiting = await get(`${this.#path}/waiting`);
    } catch (problem) {
      if (!(problem instanceof Problem && problem.status === 409)) {
        throw problem;
      }
      this.waiting = [];
    }
  }

  async #readItems() {
    const wanted = `${this.after}/${this.task.items}`;
    if (this.task.items > 0 && wanted !== this.#itemsRead) {
      this.items = (await get(`${this.#path}/items`, { after: this.after, limit: ITEMS })).items;
      this.#itemsRead = wanted;
    }
  }

  async #readInputs(asked = this.task.inputBytes <= AT_ONCE) {
    if (asked && !this.inputs) {
      this.inputs = await get(`${this.#path}/inputs`);
    }
  }

  /** With it come the inputs again where the task keeps them. */
  get #resultBytes() {
    return (this.task.valueBytes ?? 0) + (this.task.keepInputs ? this.task.inputBytes : 0);
  }

  async #readResult(asked = this.#resultBytes <= AT_ONCE) {
    if (asked && this.#over && !this.result) {
      const answer = await get(`${this.#path}/result`, { peek: true });
      this.result = 'success' in answer ? answer : null;
    }
  }

  // What may be done

  actions() {
    if (!this.task) {
      return nothing;
    }
    const mine = this.mayChange(this.task.owner);
    return html`
      ${mine && !this.#over && this.task.state !== 'CANCELING' ? this.#action('Cancel', () => this.#cancel()) : nothing}
      ${mine && this.#over ? this.#action('Run again', () => this.#rerun()) : nothing}
      ${this.maySubmit ? html`
        <a href=${address(['methods', this.task.method, 'submit'], { from: this.id })}>Copy and edit</a>` : nothing}
      ${this.#action('Copy as curl', () => this.#curl())}
      ${mine && !this.#over ? this.#action('Priority…', () => this.#priority()) : nothing}
      ${mine && this.task.state === 'PENDING' ? this.#action('Move…', () => this.#move()) : nothing}
      ${mine && this.#over ? this.#action('Delete', () => this.#delete()) : nothing}`;
  }

  #action = (word, what) => html`<button type="button" class="quiet" @click=${what}>${word}</button>`;

  async #cancel() {
    const agreed = await ask({
      title: 'Cancel this task?', yes: 'Cancel the task', danger: true,
      body: html`<p>It is ${words(this.task.state)}. What it has not finished is lost.</p>`,
    });
    if (agreed) {
      await this.act(() => post(`${this.#path}/cancel`),
        task => task.state === 'CANCELED' ? 'It is canceled.' : 'Its backend is told to end it.');
    }
  }

  async #rerun() {
    const made = await this.act(() => post(`${this.#path}/rerun`), task => `Task ${shortId(task.id)} runs it again.`);
    if (made) {
      go(address(['tasks', made.id]));
    }
  }

  async #priority() {
    const priority = await askPriority('Change priority', this.task.priority);
    if (priority !== null) {
      await this.act(() => post(`${this.#path}/priority`, { priority }), `Its priority is ${priority}.`);
    }
  }

  async #move() {
    try {
      const { method, version, backend } = this.task;
      const { definition } = await get(`methods/${part(method)}/versions/${version}`);
      const others = (definition.backends ?? ['local']).filter(name => name !== backend);
      if (others.length === 0) {
        tell({ title: 'It cannot move', body: html`<p>Method ${method} may run on ${backend} only.</p>` });
        return;
      }
      const to = await askBackend('Move this task', others);
      if (to !== null) {
        await this.act(() => post(`${this.#path}/move`, { backend: to }), `It waits for ${to} now.`);
      }
    } catch (problem) {
      this.say(problem.message, true);
    }
  }

  async #delete() {
    const agreed = await ask({
      title: 'Delete this task?', yes: 'Delete it', danger: true,
      body: html`<p>Its attempts, its result and its streamed items go with it. This cannot be undone.</p>`,
    });
    if (!agreed) {
      return;
    }
    try {
      await send('DELETE', this.#path);
      this.say(`Task ${shortId(this.id)} is deleted.`);
      go('#/tasks');
    } catch (problem) {
      this.say(problem.message, true);
    }
  }

  async #curl() {
    try {
      const line = curl(submissionOf(this.task, this.inputs ?? await get(`${this.#path}/inputs`)));
      tell({
        title: 'The same submission with curl',
        body: html`<p>Put an access token into the variable TOKEN.</p>
          <div class="text"><pre tabindex="0" aria-label="curl">${line}</pre></div>
          ${copyButton('Copy', line)}`,
      });
    } catch (problem) {
      this.say(problem.message, true);
    }
  }

  // What is shown

  template() {
    return html`
      ${this.#now()}
      ${this.#failure()}
      <div class="panels">
        <section class="panel"><h2>Facts</h2>${this.#facts()}</section>
        <section class="panel"><h2>Inputs</h2>${this.#inputs()}</section>
        <section class="panel"><h2>Value</h2>${this.#value()}</section>
      </div>
      <section><h2>Where the time went</h2>
        ${waterfall(phases(this.task, this.attempts, this.result?.timestamps.resultReceived))}</section>
      <section><h2>Attempts</h2>${this.#attempts()}</section>
      ${this.task.items > 0 ? html`<section><h2>Streamed items</h2>${this.#items()}</section>` : nothing}
      <section><h2>History</h2>${statesTable(states(this.task, this.attempts))}</section>`;
  }

  #now() {
    const last = this.attempts.at(-1);
    const progress = this.#over ? undefined : last?.progress;
    return html`
      <p class="row" role="status">${badge(this.task.state)}
        ${progress === undefined ? nothing : html`
          <progress aria-label="Progress" max="1" value=${progress}></progress>
          <span>${percent(last)}</span>`}</p>
      ${WAITS.includes(this.task.state) ? html`
        <section class="note" aria-label="Why it waits">
          ${this.waiting.length === 0
            ? this.task.state === 'PENDING' ? REASON_NONE : 'Its backend has it, and says no more.'
            : html`It waits: <ul>${this.waiting.map(reason => html`
              <li>${reason.detail}${reason.until ? html` (until ${when(reason.until)})` : nothing}</li>`)}</ul>`}
        </section>` : nothing}`;
  }

  #failure() {
    const failure = this.attempts.at(-1)?.failure ?? this.result?.failure;
    return this.task.state === 'FAILED' && failure ? html`
      <section class="problem" aria-label="Failure">
        <strong>${failure.type}</strong> (${words(failure.failureClass)})
        ${this.task.failureGroup
          ? html`· <a href=${address(['failures', this.task.failureGroup])}>others like it</a>` : nothing}
        <p class="wrap">${failure.message}</p>
        ${failure.traceback ? html`<details open><summary>Traceback</summary>
          <pre tabindex="0" aria-label="Traceback">${failure.traceback}</pre></details>` : nothing}
      </section>` : nothing;
  }

  #facts() {
    const task = this.task;
    const tasks = (name, value) => html`<a href=${address(['tasks'], { [name]: value })}>${value}</a>`;
    const all = [
      ['Id', html`<span class="mono">${task.id}</span> ${copyButton('Copy', task.id)}`],
      ['Method', html`${methodLink(task.method)} version ${task.version}`],
      ['Backend', backendLink(task.backend)],
      ['Owner', tasks('owner', task.owner)],
      ['Topic', tasks('topic', task.topic)],
      ['Campaign', task.campaign && html`
        <a href=${address(['campaigns', task.campaign], { owner: task.owner })}>${task.campaign}</a>`],
      ['Labels', pairs(task.labels).map(label => html`${tasks('label', label.join(':'))} `)],
      ['Client id', task.clientId],
      ['Run again from', task.rerunOf && taskLink(task.rerunOf)],
      ['Priority', task.priority],
      ['Attempts', `${number(task.attempts)}, at most ${number(task.maxAttempts)}`],
      ['Retries used', `${number(task.retries)} of ${number(task.maxRetries)}`],
      ['Time limit', task.timeLimitSeconds && `${duration(task.timeLimitSeconds)} for each attempt`],
      ['Not before', task.readyAt > task.timestamps.inputReceived && when(task.readyAt)],
      ['Must start by', task.startBy && when(task.startBy)],
      ['Must end by', task.finishBy && when(task.finishBy)],
      ['Created', when(task.timestamps.created)],
      ['Submitted', html`${when(task.timestamps.inputReceived)} (${whenAgo(task.timestamps.inputReceived)})`],
      ['Ended', task.timestamps.resultSent && when(task.timestamps.resultSent)],
      ['Result fetched', this.result?.timestamps.resultReceived && when(this.result.timestamps.resultReceived)],
      ['Size of inputs', bytes(task.inputBytes)],
      ['Size of value', task.valueBytes === undefined ? null : bytes(task.valueBytes)],
      ['Shared resources', pairs(task.licences).map(([name, count]) => `${count} ${name}`).join(', ')],
    ];
    return html`
      ${facts(all, filled)}
      ${Object.entries(JSONS).filter(([name]) => filled(task[name])).map(([name, title]) => html`
        <details><summary>${title}</summary>${json(title, task[name])}</details>`)}`;
  }

  #inputs() {
    return html`
      ${this.inputs
        ? html`${this.inputs.args.length > 0 ? json('args', this.inputs.args) : nothing}
          ${filled(this.inputs.kwargs) ? json('kwargs', this.inputs.kwargs) : nothing}
          ${this.inputs.args.length === 0 && !filled(this.inputs.kwargs) ? html`<p>It has none.</p>` : nothing}`
        : html`<p>${this.#action(`Show ${bytes(this.task.inputBytes)}`,
          () => this.act(() => this.#readInputs(true), 'The inputs are shown.'))}</p>`}
      <p><a href=${url(`${this.#path}/inputs`)} download="${this.id}-inputs.json">Download the inputs</a></p>`;
  }

  #value() {
    if (!this.#over) {
      return html`<p>There is none before the task is over.</p>`;
    }
    const download = html`
      <p><a href=${url(`${this.#path}/result`, { peek: true })}
        download="${this.id}-result.json">Download the whole result</a></p>`;
    if (!this.result) {
      const show = () => this.act(() => this.#readResult(true), 'The value is shown.');
      return html`<p>${this.#action(`Show ${bytes(this.#resultBytes)}`, show)}</p>${download}`;
    }
    const { value } = this.result;
    return html`${value === undefined ? html`<p>It has none.</p>` : json('value', value)}${download}`;
  }

  // Attempts

  #attempts() {
    if (this.attempts.length === 0) {
      return html`<p>None was made${this.#over ? '' : ' yet'}.</p>`;
    }
    const items = this.attempts.map(each => ({ key: each.number, title: `Attempt ${each.number}`, attempt: each }));
    const chosen = items.some(({ key }) => key === this.attempt) ? this.attempt : items.at(-1).key;
    return tabs('Attempts', items, chosen, key => this.#choose(key), ({ attempt }) => this.#attempt(attempt));
  }

  #choose(attempt) {
    this.attempt = attempt;
    history.replaceState(history.state, '', address(['tasks', this.id], { attempt }));
    this.draw();
  }

  #attempt(attempt) {
    const times = attempt.timestamps;
    const running = !times.finished && !this.#over;
    const all = [
      ['Outcome', attempt.outcome ? badge(attempt.outcome) : running ? 'goes on' : null],
      ['Backend', attempt.backend],
      ['There called', attempt.nativeId && html`<span class="mono">${attempt.nativeId}</span>`],
      ['Exit code', attempt.exitCode],
      ['Failure', attempt.failure && `${attempt.failure.type} (${words(attempt.failure.failureClass)})`],
      ['Note', attempt.note],
      ['Progress', attempt.progress === undefined ? null : percent(attempt)],
      ['Submitted', when(times.startTaskSubmission)],
      ['Accepted', times.accepted && when(times.accepted)],
      ['Received by the worker', times.taskReceived && when(times.taskReceived)],
      ['Started', times.computeStarted && when(times.computeStarted)],
      ['Ended', times.computeEnded && when(times.computeEnded)],
      ['Finished', times.finished && when(times.finished)],
    ];
    const path = `${this.#path}/attempts/${attempt.number}`;
    const last = attempt.number === this.attempts.at(-1).number;
    return html`
      <div class="panels">
        <section class="panel"><h3>Facts</h3>${facts(all, filled)}</section>
        ${filled(attempt.worker) ? html`<section class="panel"><h3>Worker</h3>
          ${facts(flat(attempt.worker).map(([name, value]) => [name, String(value)]), filled)}
        </section>` : nothing}
        ${filled(attempt.timeSpans) ? html`<section class="panel"><h3>Spans</h3>
          ${facts(flat(attempt.timeSpans).map(([name, value]) => [name, duration(value)]))}</section>` : nothing}
      </div>
      ${attempt.failure && !(last && this.task.state === 'FAILED') ? html`
        <p class="problem wrap">${attempt.failure.message}</p>
        ${attempt.failure.traceback
          ? html`<pre tabindex="0" aria-label="Traceback">${attempt.failure.traceback}</pre>` : nothing}` : nothing}
      <div class="panels">${['stdout', 'stderr'].map(stream => html`
        <section class="panel"><h3>${stream}</h3>${keyed(`${attempt.id}/${stream}`, html`
          <live-output label=${stream} .path=${`${path}/${stream}`} ?running=${running}></live-output>`)}</section>`)}
      </div>`;
  }

  // Items

  #items() {
    const { items } = this.task;
    const last = Math.floor((items - 1) / ITEMS) * ITEMS;
    const to = Math.min(items, this.after + ITEMS);
    const button = (word, to, off) => html`
      <button type="button" class="quiet" ?disabled=${off} @click=${() => this.#page(to)}>${word}</button>`;
    return html`
      <div class="table" tabindex="0" role="region" aria-label="Streamed items">
        <table>
          <caption class="unseen">Streamed items</caption>
          <thead><tr><th scope="col" class="number">Item</th><th scope="col" class="number">Attempt</th>
            <th scope="col">Sent</th><th scope="col">Value</th></tr></thead>
          <tbody>${(this.items ?? []).map(item => html`
            <tr><th scope="row" class="number">${item.index}</th><td class="number">${item.attempt}</td>
              <td class="nowrap">${when(item.sentAt)}</td>
              <td class="mono wrap">${short(item.value)}</td></tr>`)}</tbody>
        </table>
      </div>
      <nav class="row" aria-label="Pages of items">
        ${button('First', 0, this.after === 0)}
        ${button('Before', Math.max(0, this.after - ITEMS), this.after === 0)}
        ${button('Next', this.after + ITEMS, this.after >= last)}
        ${button('Last', last, this.after >= last)}
        <span class="soft">${number(this.after + 1)} to ${number(to)} of ${number(items)}</span>
        <a href=${url(`${this.#path}/items`, { after: this.after, limit: 1000 })}
          download="${this.id}-items.json">Download up to 1000 from here</a>
      </nav>`;
  }

  #page(after) {
    this.after = after;
    return this.read();
  }
}

const pairs = object => Object.entries(object ?? {});

const percent = ({ progress, progressMessage = '' }) => `${Math.round(progress * 100)} % ${progressMessage}`;

/** Members of members too. */
const flat = object => Object.entries(object).flatMap(([name, value]) => value !== null && typeof value === 'object'
  ? flat(value).map(([inner, its]) => [`${name}.${inner}`, its]) : [[name, value]]);

function short(value) {
  const text = JSON.stringify(value);
  return text.length <= ITEM_TEXT ? text : `${text.slice(0, ITEM_TEXT)}…`;
}

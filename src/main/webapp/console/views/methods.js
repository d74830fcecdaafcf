import { html, nothing } from '../lib.js';
import { Problem, get, part, send } from '../api.js';
import { address, go } from '../router.js';
import { duration, rough, share } from '../format.js';
import { View } from '../view.js';
import { difference } from '../parts/difference.js';
import { ask } from '../parts/dialog.js';
import { facts, spaced, table } from '../parts/facts.js';
import { Faults, field } from '../parts/faults.js';
import * as history from '../parts/history.js';
import { copyButton, json } from '../parts/json.js';
import { backendLink, methodLink, tasksLink } from '../parts/links.js';
import { piece, pieces } from '../parts/pieces.js';
import { Seldom } from '../parts/seldom.js';
import { when, whenAgo } from '../parts/when.js';

const DAY = 86_400;
/** Of a definition what is shown by itself. */
const TOLD = ['name', 'kind', 'description', 'backends', 'source', 'inputSchema', 'maxRetries', 'maxAttempts',
  'timeLimitSeconds', 'parameters', 'function', 'bean'];
const NEW = {
  definition: { kind: 'python', description: '', function: 'run', parameters: [], backends: ['local'] },
  source: 'def run():\n    return None\n',
};

const pretty = value => JSON.stringify(value, null, 2);

/** A definition without its source and its name, which have fields of their own. */
const bare = ({ source, name, ...rest }) => rest;

/** Everything of a definition in lines, also its source. */
const asText = ({ definition }) => `${pretty(bare(definition))}\n${definition.source ?? ''}`;

const places = definition => (definition.backends ?? ['local']).map((name, at) =>
  html`${at > 0 ? ', ' : ''}${backendLink(name)}`);

/** Every method, or one of them in one of its versions. */
export default class Methods extends View {
  #seldom = new Seldom(20);
  #faults = new Faults(this);
  #draft = null;

  constructor(at, me) {
    super(at, me);
    [this.name] = this.segments;
    this.events = null;
    this.every = 15;
  }

  get title() {
    if (this.name) {
      return this.#isEditing ? `Edit method ${this.name}` : `Method ${this.name}`;
    }
    return this.#isEditing ? 'Define a method' : 'Methods';
  }

  get #isEditing() {
    return this.mayAdminister && this.query.get('edit') === 'yes';
  }

  moved(query) {
    this.#draft = null;
    this.#faults.clear();
    super.moved(query);
  }

  async load() {
    const since = history.back(DAY);
    if (!this.name) {
      this.found = await pieces({
        methods: get('methods'),
        day: this.#seldom.get('day', () => get('history', { since, bins: 1, groupBy: 'method' })),
      });
      if (this.#isEditing) {
        this.#draft ??= { name: '', definition: pretty(NEW.definition), source: NEW.source };
      }
      return;
    }
    this.versions = await get(`methods/${part(this.name)}/versions`);
    const asked = Number(this.query.get('version'));
    this.method = asked ? this.versions.find(({ version }) => version === asked) : this.versions[0];
    if (!this.method) {
      throw new Problem(404, { title: `No version ${asked} of ${this.name}` });
    }
    this.found = await pieces({
      day: this.#seldom.get('day', () => get('history', { method: this.name, since, bins: 1, groupBy: 'backend' })),
    });
    if (this.#isEditing) {
      const { definition } = this.method;
      this.#draft ??= { name: this.name, definition: pretty(bare(definition)), source: definition.source ?? '' };
    }
  }

  actions() {
    if (!this.name) {
      return this.mayAdminister && !this.#isEditing ? html`
        <a class="way" href=${address('methods', { edit: 'yes' })}>Define a method</a>` : nothing;
    }
    if (!this.method || this.#isEditing) {
      return nothing;
    }
    const isRetired = Boolean(this.versions[0].retiredAt);
    return html`
      ${this.maySubmit && !isRetired ? html`
        <a class="way main" href=${address(['methods', this.name, 'submit'])}>Submit a task</a>` : nothing}
      ${this.mayAdminister ? html`
        <a class="way" href=${address(['methods', this.name], { edit: 'yes', version: this.query.get('version') })}>
          Edit</a>
        ${isRetired ? nothing
    : html`<button class="quiet" @click=${() => this.#retire()}>Retire</button>`}` : nothing}`;
  }

  template() {
    if (this.#isEditing) {
      return this.#edit();
    }
    return this.name ? this.#one() : html`${piece(this.found.methods, methods => this.#list(methods))}`;
  }

  #list(methods) {
    const { value, problem } = this.found.day;
    const days = new Map(value?.series.map(({ method, total }) => [method, total]));
    return html`
      ${problem ? html`<p class="problem">Nothing is known of the last day: ${problem.message}</p>` : nothing}
      ${table('Methods, with their tasks of the last 24 hours', ['Method', 'Kind', ['Version', 'number'], 'Runs on',
    ['Succeeded in 24 h', 'number'], ['Failed', 'number'], ['Failure share', 'number'], ['Half ran within', 'number'],
    ['95 % within', 'number'], ...this.maySubmit ? ['Submit'] : []],
  methods.map(method => this.#row(method, days.get(method.name))),
  `No method is defined. ${this.mayAdminister ? 'Define one here, or ' : 'An administrator defines them, or '}put their
        definitions into the directory of methods.`)}`;
  }

  #row({ name, kind, version, definition }, total) {
    return html`
      <tr>
        <th scope="row" class="wrap">${methodLink(name)}
          ${definition.description ? html`<small class="soft about">${definition.description}</small>` : nothing}</th>
        <td>${kind}</td>
        <td class="number">${version}</td>
        <td>${places(definition)}</td>
        <td class="number">${total ? tasksLink(total.succeeded, { method: name, state: 'SUCCEEDED' }) : '–'}</td>
        <td class="number">${total ? tasksLink(total.failed, { method: name, state: 'FAILED' }) : '–'}</td>
        <td class="number">${total ? share(history.failureShare(total)) : '–'}</td>
        <td class="number">${duration(total?.runningSeconds?.p50)}</td>
        <td class="number">${duration(total?.runningSeconds?.p95)}</td>
        ${this.maySubmit ? html`<td><a href=${address(['methods', name, 'submit'])}
          aria-label="Submit a task of ${name}">submit</a></td>` : nothing}
      </tr>`;
  }

  #one() {
    const { method, versions, name } = this;
    const { definition } = method;
    const newest = versions[0];
    const others = Object.entries(definition).filter(([key]) => !TOLD.includes(key));
    return html`
      ${newest.retiredAt ? html`
        <p class="note">It was retired ${whenAgo(newest.retiredAt)}: no new tasks are accepted.</p>` : nothing}
      ${method === newest ? nothing : html`<p class="note">This is version ${method.version};
        <a href=${address(['methods', name])}>the newest is ${newest.version}</a>.</p>`}
      ${definition.description ? html`<p>${definition.description}</p>` : nothing}
      ${facts([
    ['Version', html`${method.version}, by ${method.createdBy}, ${when(method.createdAt)}`],
    ['Kind', method.kind],
    ['Runs on', html`${places(definition)} (the first unless a task names another)`],
    ['Function', definition.function],
    ['Bean', definition.bean],
    ['Parameters', definition.parameters?.join(', ')],
    ['Time limit', definition.timeLimitSeconds && duration(definition.timeLimitSeconds)],
    ['Retries at most', definition.maxRetries],
    ['Attempts at most', definition.maxAttempts],
    ['Tasks', html`<a href=${address('tasks', { method: name })}>all its tasks</a>,
      <a href=${address('failures', { method: name })}>its failures</a>`],
  ])}
      ${others.map(([key, value]) => html`<h2>${spaced(key)}</h2>${json(spaced(key), value)}`)}
      ${definition.source ? html`<h2>Source</h2><div class="row">${copyButton('Copy source', definition.source)}</div>
        <pre tabindex="0" aria-label="Source">${definition.source}</pre>` : nothing}
      ${definition.inputSchema ? html`
        <h2>Schema of its arguments</h2>${json('Schema', definition.inputSchema)}` : nothing}
      <h2>In the last 24 hours</h2>
      ${piece(this.found.day, day => this.#backends(day))}
      <h2>Versions</h2>
      ${this.#versions()}`;
  }

  #backends({ series }) {
    return table('Its tasks of the last 24 hours by backend', ['Backend', ['Succeeded', 'number'], ['Failed', 'number'],
      ['Failure share', 'number'], ['Running on average', 'number'], ['Half waited', 'number'],
      ['Half ran within', 'number'], ['95 % within', 'number']],
    series.map(({ backend, total }) => html`
      <tr>
        <th scope="row">${backendLink(backend)}</th>
        <td class="number">${tasksLink(total.succeeded, { method: this.name, backend, state: 'SUCCEEDED' })}</td>
        <td class="number">${tasksLink(total.failed, { method: this.name, backend, state: 'FAILED' })}</td>
        <td class="number">${share(history.failureShare(total))}</td>
        <td class="number">${rough(total.running)}</td>
        <td class="number">${duration(total.waitingSeconds?.p50)}</td>
        <td class="number">${duration(total.runningSeconds?.p50)}</td>
        <td class="number">${duration(total.runningSeconds?.p95)}</td>
      </tr>`), 'It had no tasks.');
  }

  #versions() {
    const before = this.versions.find(({ version }) => version < this.method.version);
    return html`
      ${table('Versions', [['Version', 'number'], 'Defined', 'By', 'Retired'], this.versions.map(each => html`
        <tr aria-selected=${each === this.method ? 'true' : nothing}>
          <td class="number"><a href=${address(['methods', this.name], { version: each.version })}
            aria-current=${each === this.method ? 'true' : nothing}>${each.version}</a></td>
          <td class="nowrap">${when(each.createdAt)}</td>
          <td>${each.createdBy}</td>
          <td class="nowrap">${when(each.retiredAt)}</td>
        </tr>`))}
      ${before ? html`<h3>What version ${this.method.version} changed</h3>
        ${difference(`Changes from version ${before.version}`, asText(before), asText(this.method))}` : nothing}`;
  }

  async #retire() {
    if (await ask({
      title: `Retire ${this.name}?`, yes: 'Retire', danger: true,
      body: html`<p>No new tasks of it are accepted; those submitted before still run.</p>`,
    })) {
      await this.act(() => send('DELETE', `methods/${part(this.name)}`), `Retired ${this.name}.`);
    }
  }

  #edit() {
    const faults = this.#faults;
    const draft = this.#draft;
    const keep = name => event => { draft[name] = event.target.value; };
    // whatever the server finds in the definition is told there, except what has a field of its own
    const ofDefinition = {
      of: () => faults.rest(['name', 'source']).map(message => ({ field: 'definition', message })),
    };
    return html`
      <form class="form edit" @submit=${event => this.#save(event)}>
        ${this.name ? nothing : field(faults,
    { name: 'name', label: 'Name', help: 'Letters, digits, and _ . -, at most 100' },
    ({ id, invalid, about }) => html`<input id=${id} required maxlength="100" pattern="[A-Za-z][A-Za-z0-9_.\\-]*"
      aria-invalid=${invalid} aria-describedby=${about} .value=${draft.name} @input=${keep('name')}>`)}
        ${field(ofDefinition, { name: 'definition', label: 'Definition as JSON', help: 'All but its source' },
    ({ id, invalid, about }) => html`<textarea id=${id} class="mono" rows="18" spellcheck="false" required
      aria-invalid=${invalid} aria-describedby=${about} .value=${draft.definition}
      @input=${keep('definition')}></textarea>`)}
        ${field(faults,
    { name: 'source', label: 'Source', help: 'Of kind python: text of the module with the function; else empty' },
    ({ id, invalid, about }) => html`<textarea id=${id} class="mono" rows="18" spellcheck="false"
      aria-invalid=${invalid} aria-describedby=${about} .value=${draft.source} @input=${keep('source')}></textarea>`)}
        <footer><button>${this.name ? 'Save as a new version' : 'Define'}</button>
          <a class="way" href=${address(['methods', this.name ?? []].flat())}>Back</a></footer>
      </form>`;
  }

  async #save(event) {
    event.preventDefault();
    const { name, definition, source } = this.#draft;
    const put = () => {
      let body;
      try {
        body = JSON.parse(definition);
      } catch (problem) {
        throw new Problem(422, { errors: [{ field: 'definition', message: `is no JSON: ${problem.message}` }] });
      }
      return send('PUT', `methods/${part(name)}`, source === '' ? body : { ...body, source });
    };
    const answer = await this.#faults.send(event.target, put, `Saved ${name}.`);
    if (answer) {
      go(address(['methods', name]));
    }
  }
}

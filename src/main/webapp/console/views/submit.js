import { html, keyed, nothing } from '../lib.js';
import { get, part, post, Problem } from '../api.js';
import { address, go } from '../router.js';
import { bytes, shortId } from '../format.js';
import { View } from '../view.js';
import { control, fieldsOf, filledIn, textOf } from '../parts/form.js';
import { methodLink, taskLink } from '../parts/links.js';
import { submissionOf } from '../parts/submission.js';

/** Larger inputs are not edited by hand. */
const MOST = 1024 * 1024;
const INPUT = 'input:';
const TASK = 'task:';

const RAW = [
  { name: 'args', label: 'Positional arguments', kind: 'json', help: 'A JSON array', rows: 4, empty: [] },
  { name: 'kwargs', label: 'Named arguments', kind: 'json', help: 'A JSON object', rows: 10, empty: {} },
];
const COMMON = [
  { name: 'topic', label: 'Topic', kind: 'text', help: 'Routes the result to its consumer', usual: 'default' },
  { name: 'campaign', label: 'Campaign', kind: 'text', help: 'Under which tasks are grouped' },
  {
    name: 'priority', label: 'Priority', kind: 'integer', low: -1000, high: 1000, usual: 0,
    help: 'Higher runs earlier',
  },
  { name: 'timeLimitSeconds', label: 'Time limit, seconds', kind: 'number', help: 'Of one attempt' },
  {
    name: 'maxRetries', label: 'Retries', kind: 'integer', low: 0, high: 1000,
    help: 'After failures of the application',
  },
  { name: 'labels', label: 'Labels', kind: 'lines', help: 'One name:value a line, to find tasks by' },
];
const MORE = [
  {
    name: 'maxAttempts', label: 'Attempts of any cause', kind: 'integer', low: 1, high: 1000,
    help: 'With 1 the code is started at most once',
  },
  { name: 'notBefore', label: 'Not before', kind: 'time', help: 'No attempt is made before' },
  { name: 'keepInputs', label: 'Inputs come back with the result', kind: 'truth', usual: true },
  { name: 'resources', label: 'Resources', kind: 'json', help: 'Such as {"nodes": 2}; as JSON' },
  { name: 'options', label: 'Options for the backend', kind: 'json', help: 'As JSON' },
  { name: 'licences', label: 'Shared resources', kind: 'json', help: 'Such as {"ansys": 2}; as JSON' },
  { name: 'retry', label: 'How it is retried', kind: 'json', help: 'Such as {"delaySeconds": 5}; as JSON' },
  { name: 'taskInfo', label: 'Task info', kind: 'json', help: 'Any JSON; comes back with the result' },
];

/** A form that submits one task. */
export default class Submit extends View {
  events = null;
  every = 3600;
  method = null;
  errors = new Map();
  problem = null;
  raw = false;
  sending = false;
  start = {};
  tooLarge = null;

  constructor(at, me) {
    super(at, me);
    this.name = at.segments[0];
  }

  get title() {
    return `Submit ${this.name}`;
  }

  moved(query) {
    this.method = null;
    super.moved(query);
  }

  /** Once: what is being filled in stays. */
  async load() {
    if (this.method) {
      return;
    }
    const version = this.query.get('version');
    const from = this.query.get('from');
    const [newest, task] = await Promise.all([
      get(`methods/${part(this.name)}`), from ? get(`tasks/${part(from)}`) : null,
    ]);
    const method = version ? await get(`methods/${part(this.name)}/versions/${part(version)}`) : newest;
    this.tooLarge = task && task.inputBytes > MOST ? task.inputBytes : null;
    const inputs = task && !this.tooLarge ? await get(`tasks/${part(from)}/inputs`) : { args: [], kwargs: {} };
    this.from = task;
    this.newest = newest.version;
    this.start = task ? submissionOf(task, inputs) : { args: [], kwargs: this.#usual(method.definition) };
    this.fields = method.definition.inputSchema ? fieldsOf(method.definition.inputSchema) : [];
    this.named = this.#byName(method.definition, this.start);
    this.raw = this.fields.length === 0 || this.named === null;
    this.method = method;
  }

  /** Of a method without a schema the names of its parameters are there to be filled in. */
  #usual({ inputSchema, parameters = [] }) {
    return inputSchema ? {} : Object.fromEntries(parameters.map(name => [name, null]));
  }

  /** The arguments by name, or null where the form has no fields for all of them. */
  #byName({ parameters = [] }, { args = [], kwargs = {} }) {
    if (args.length > parameters.length) {
      return null;
    }
    const byPosition = args.map((value, at) => [parameters[at], value]);
    const named = { ...kwargs, ...Object.fromEntries(byPosition) };
    return Object.keys(named).every(name => this.fields.some(field => field.name === name)) ? named : null;
  }

  template() {
    if (!this.maySubmit) {
      return html`<p>You may look at everything and change nothing: submitting takes the role of a submitter.</p>`;
    }
    const { definition } = this.method;
    return html`
      ${definition.description ? html`<p>${definition.description}</p>` : nothing}
      ${this.#origin()}
      ${this.tooLarge ? html`<p class="note">The inputs of the task have ${bytes(this.tooLarge)}: too much to be edited
        here. Everything else is filled in; the task can be run again from its page, or copied as curl.</p>` : nothing}
      ${this.#faults()}
      ${keyed(this.method, html`
        <form class="form wide" aria-label="Task of ${this.name}" @submit=${event => this.#submit(event)}>
          <fieldset><legend><h2>Inputs</h2></legend>${this.#inputs()}</fieldset>
          <fieldset><legend><h2>Task</h2></legend>
            <div class="fields">${this.#task(this.#places())}${COMMON.map(field => this.#task(field))}</div>
          </fieldset>
          <details ?open=${MORE.some(field => this.#matters(field))}>
            <summary>More</summary>
            <div class="fields broad">${MORE.map(field => this.#task(field))}</div>
          </details>
          <footer><button ?disabled=${this.sending} aria-busy=${this.sending}>Submit</button></footer>
        </form>`)}`;
  }

  #faults() {
    return this.problem === null ? nothing : html`
      <div class="problem" role="alert">${this.problem}${this.errors.size === 0 ? nothing : html`
        <ul>${[...this.errors].map(([name, error]) => html`<li>${name.replace(/^\w+:/, '')}: ${error}</li>`)}</ul>`}
      </div>`;
  }

  #matters({ name }) {
    return this.errors.has(TASK + name) || this.from && this.start[name] !== undefined;
  }

  #origin() {
    const { version } = this.method;
    const other = this.from && this.from.version !== version ? this.from.version : null;
    const form = chosen => address(['methods', this.name, 'submit'], { from: this.from?.id, version: chosen });
    return html`
      <p class="soft">Version ${version} of ${methodLink(this.name)}${
        version === this.newest ? ', the newest.' : html`; <a href=${form()}>use the newest, ${this.newest}</a>.`}
        ${this.from ? html`Filled in from task ${taskLink(this.from.id)}${
          other === null ? '.' : html`, of version ${other}: <a href=${form(other)}>use that</a>.`}` : nothing}</p>`;
  }

  #places() {
    const places = this.method.definition.backends ?? ['local'];
    return {
      name: 'backend', label: 'Backend', kind: 'choice', choices: places.map(name => JSON.stringify(name)),
      help: `${places[0]} unless given`,
    };
  }

  #others() {
    return [this.#places(), ...COMMON, ...MORE];
  }

  #task(field) {
    return control(TASK, field, textOf(field, this.start[field.name]), this.errors.get(TASK + field.name));
  }

  #inputs() {
    const canSwitch = this.fields.length > 0 && this.named !== null;
    return html`
      ${canSwitch ? html`
        <label class="inline"><input type="checkbox" .checked=${this.raw} @change=${event => this.#switch(event)}>
          Edit as JSON</label>` : nothing}
      <div class="fields broad">${this.raw
        ? RAW.map(field => this.#input(field, JSON.stringify(this.start[field.name] ?? field.empty, null, 2)))
        : this.fields.map(field => this.#input(field, textOf(field, this.named[field.name])))}
      </div>`;
  }

  #input(field, text) {
    return control(INPUT, field, text, this.errors.get(INPUT + field.name));
  }

  /** What was filled in goes along; what cannot be read stays as it was. */
  #switch(event) {
    const { form } = event.target;
    const errors = new Map();
    if (this.raw) {
      const { args = [], kwargs = {} } = filledIn(INPUT, RAW, form, errors);
      const named = errors.size > 0 ? null : this.#byName(this.method.definition, { args, kwargs });
      if (named === null) {
        event.target.checked = true;
        this.errors = errors;
        this.problem = errors.size > 0 ? 'It cannot be read.' : 'The form has no fields for all of it.';
        this.draw();
        return;
      }
      this.named = named;
    } else {
      this.named = { ...this.named, ...filledIn(INPUT, this.fields, form, errors) };
      this.start = { ...this.start, args: [], kwargs: this.named };
    }
    this.raw = event.target.checked;
    this.problem = null;
    this.errors = new Map();
    this.draw();
  }

  async #submit(event) {
    event.preventDefault();
    const form = event.currentTarget;
    const errors = new Map();
    const inputs = this.raw
      ? filledIn(INPUT, RAW, form, errors)
      : { args: [], kwargs: filledIn(INPUT, this.fields, form, errors) };
    const others = filledIn(TASK, this.#others(), form, errors);
    const body = { method: this.name, version: this.method.version, ...inputs, ...others };
    if (errors.size > 0) {
      this.#refused('Some fields cannot be read.', errors, form);
      return;
    }
    this.sending = true;
    this.draw();
    try {
      const task = await post('tasks', body);
      this.say(`Task ${shortId(task.id)} is submitted.`);
      go(address(['tasks', task.id]));
    } catch (problem) {
      this.#refused(...this.#told(problem), form);
    } finally {
      this.sending = false;
      this.draw();
    }
  }

  /** What the server says, at the fields that it means. */
  #told(problem) {
    if (!(problem instanceof Problem) || problem.errors.length === 0) {
      return [problem.message, new Map()];
    }
    const aboutInputs = problem.message.startsWith('the input of method');
    const errors = new Map();
    const rest = [];
    for (const { field, message } of problem.errors) {
      const name = aboutInputs || /^k?wargs\b|^args\b/.test(field) ? this.#inputField(field) : this.#taskField(field);
      if (name === null) {
        rest.push(field === '' ? message : `${field}: ${message}`);
      } else {
        const inner = name.replace(/^\w+:/, '') === field ? message : `${field}: ${message}`;
        errors.set(name, errors.has(name) ? `${errors.get(name)}; ${inner}` : inner);
      }
    }
    return [['It does not fit.', ...rest].join(' '), errors];
  }

  #inputField(field) {
    const path = field.replace(/^kwargs\.?/, '');
    if (this.raw) {
      return INPUT + (field.startsWith('args') ? 'args' : 'kwargs');
    }
    const found = this.fields.find(({ name }) => path === name || path.startsWith(`${name}.`));
    return found ? INPUT + found.name : null;
  }

  #taskField(field) {
    const found = this.#others().find(({ name }) => field === name || field.startsWith(`${name}.`));
    return found ? TASK + found.name : null;
  }

  #refused(problem, errors, form) {
    this.problem = problem;
    this.errors = errors;
    this.draw();
    form.querySelector('[aria-invalid]')?.focus();
  }
}

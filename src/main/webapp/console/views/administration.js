import { html, nothing } from '../lib.js';
import { backendPart, get, part, post, send, url } from '../api.js';
import { bytes, duration, number, since } from '../format.js';
import { View } from '../view.js';
import { badge } from '../parts/badge.js';
import { ask } from '../parts/dialog.js';
import { facts, table } from '../parts/facts.js';
import { Faults, entered, field, wrong } from '../parts/faults.js';
import { gateButtons } from '../parts/gate.js';
import { copyButton } from '../parts/json.js';
import { limitName, limitTable } from '../parts/limits.js';
import { piece, pieces } from '../parts/pieces.js';
import { Seldom } from '../parts/seldom.js';
import { when, whenAgo } from '../parts/when.js';

const DAY = 86_400;
const EXPIRIES = { '': 'never', [DAY]: 'in a day', [7 * DAY]: 'in a week', [30 * DAY]: 'in 30 days',
  [90 * DAY]: 'in 90 days', [365 * DAY]: 'in a year' };
const ROLES = { viewer: 'viewer: sees everything, changes nothing', submitter: 'submitter: and submits tasks',
  administrator: 'administrator: may do everything' };
const SCOPES = { METHOD: 'method', BACKEND: 'backend', OWNER: 'owner', RESOURCE: 'resource, such as a licence' };
const LIMIT_FIELDS = ['scope', 'name', 'maxRunning', 'perSecond', 'burst'];
const TOKEN_FIELDS = ['user', 'role', 'description', 'expiresInSeconds'];

const options = (named, chosen) => Object.entries(named).map(([value, words]) =>
  html`<option value=${value} ?selected=${value === chosen}>${words}</option>`);

const limitPath = ({ scope, name }) => `limits/${scope}/${backendPart(name)}`;

/** What only administrators do: the gate of the server, limits, tokens, and how it is configured. */
export default class Administration extends View {
  #seldom = new Seldom(30);
  #limitFaults = new Faults(this);
  #tokenFaults = new Faults(this);
  /** The limit that is being changed. */
  #limit = null;
  /** The token that was just made, with its secret. */
  #made = null;
  title = 'Administration';
  events = null;
  every = 5;

  async load() {
    if (!this.mayAdminister) {
      return;
    }
    this.found = await pieces({
      server: get('server'),
      limits: get('limits'),
      tokens: get('tokens'),
      configuration: this.#seldom.get('configuration', () => get('configuration')),
      methods: this.#seldom.get('methods', () => get('methods')),
      backends: this.#seldom.get('backends', () => get('backends')),
    });
  }

  actions() {
    return this.found?.server.value
      ? gateButtons(this, { path: 'server', gate: this.found.server.value.gate, named: 'the server' }) : nothing;
  }

  template() {
    if (!this.mayAdminister) {
      return html`<p class="problem">This is for administrators only.</p>`;
    }
    const { server, limits, tokens, configuration } = this.found;
    return html`
      <h2>Server</h2>
      ${piece(server, one => this.#server(one))}
      <h2>Limits</h2>
      ${piece(limits, all => this.#limits(all))}
      <h2>Tokens</h2>
      ${piece(tokens, all => this.#tokens(all))}
      <h2>Configuration</h2>
      ${piece(configuration, one => this.#configuration(one))}
      <h2>For programs</h2>
      <ul>
        <li><a href=${url('metrics')}>Metrics</a> in the text format of Prometheus</li>
        <li><a href=${url('openapi')}>Description of the REST API</a> (OpenAPI)</li>
      </ul>`;
  }

  #server({ gate, since: at, by, unfinished, drained }) {
    return html`
      <p>${badge(gate)} ${by ? html`By ${by}, ${whenAgo(at)}.` : nothing}
        ${number(unfinished)} tasks are unfinished.
        ${drained ? 'Nothing is accepted any more, and nothing is left.' : nothing}</p>`;
  }

  #limits(all) {
    const sorted = [...all].sort((one, other) => limitName(one).localeCompare(limitName(other)));
    return html`
      ${limitTable(sorted,
    'No limits. A limit bounds how many attempts of a method, on a backend or of an owner run at once.',
    limit => html`
        <button class="quiet" aria-label="Change limit of ${limitName(limit)}"
          @click=${() => this.#change(limit)}>Change</button>
        <button class="quiet" aria-label="Remove limit of ${limitName(limit)}"
          @click=${() => this.#remove(limit)}>Remove</button>`)}
      ${this.#limitForm()}`;
  }

  #change(limit) {
    this.#limit = limit;
    this.#limitFaults.clear();
    this.draw();
    document.getElementById('field-maxRunning').focus();
  }

  async #remove(limit) {
    if (await ask({ title: `Remove the limit of ${limitName(limit)}?`, yes: 'Remove', danger: true })) {
      await this.act(() => send('DELETE', limitPath(limit)), `Removed the limit of ${limitName(limit)}.`);
    }
  }

  #limitForm() {
    const limit = this.#limit;
    const faults = this.#limitFaults;
    const names = [...this.found.methods.value ?? [], ...this.found.backends.value ?? []];
    const text = (name, label, help, kind) => field(faults, { name, label, help }, ({ id, invalid, about }) => html`
      <input id=${id} name=${name} type="number" min=${kind.min} step=${kind.step} aria-invalid=${invalid}
        aria-describedby=${about} .value=${String(limit?.[name] ?? '')}>`);
    return html`
      <form class="panel form" aria-label="Limit" @submit=${event => this.#saveLimit(event)}
          @reset=${() => this.#forgetLimit()}>
        <h3>${limit ? `Change the limit of ${limitName(limit)}` : 'Make a limit'}</h3>
        ${wrong(faults, LIMIT_FIELDS)}
        <div class="fields">
          ${limit ? nothing : html`
            ${field(faults, { name: 'scope', label: 'Of a' }, ({ id, invalid, about }) => html`
              <select id=${id} name="scope" aria-invalid=${invalid}
                aria-describedby=${about}>${options(SCOPES, 'METHOD')}</select>`)}
            ${field(faults, { name: 'name', label: 'Name of it' }, ({ id, invalid, about }) => html`
              <input id=${id} name="name" required maxlength="100" list="limit-names" autocomplete="off"
                aria-invalid=${invalid} aria-describedby=${about}>`)}
            <datalist id="limit-names">${names.map(({ name }) => html`<option value=${name}></option>`)}</datalist>`}
          ${text('maxRunning', 'Running at most', 'Over all servers', { min: 0, step: 1 })}
          ${text('perSecond', 'Starts per second', 'In the long run', { min: 0, step: 'any' })}
          ${text('burst', 'Burst', 'Starts together after a rest', { min: 1, step: 1 })}
        </div>
        <footer><button>${limit ? 'Change limit' : 'Make limit'}</button>
          ${limit ? html`<button type="reset" class="quiet">Back</button>` : nothing}</footer>
      </form>`;
  }

  #forgetLimit() {
    this.#limit = null;
    this.#limitFaults.clear();
    this.draw();
  }

  async #saveLimit(event) {
    event.preventDefault();
    const form = event.target;
    const changed = this.#limit && { scope: this.#limit.scope, name: this.#limit.name };
    const { scope, name, ...numbers } = { ...changed, ...entered(form) };
    const rule = Object.fromEntries(Object.entries(numbers).map(([key, value]) => [key, Number(value)]));
    const of = { scope, name: name.trim() };
    const answer = await this.#limitFaults.send(form, () => send('PUT', limitPath(of), rule),
      `The limit of ${limitName(of)} is set.`);
    if (answer) {
      form.reset();
      await this.read();
    }
  }

  #tokens(all) {
    const made = this.#made;
    return html`
      ${made ? html`
        <div class="note" role="status">
          <p>The token of ${made.user} as ${made.role}. It is shown this once:</p>
          <pre tabindex="0" aria-label="Secret">${made.secret}</pre>
          <div class="row">${copyButton('Copy the secret', made.secret)}
            <button class="quiet" @click=${() => { this.#made = null; this.draw(); }}>I have it</button></div>
        </div>` : nothing}
      ${table('Tokens', ['User', 'Role', 'For', 'Made', 'By', 'Expires', 'State', 'Revoke'],
    all.map(token => this.#token(token)), 'No tokens.')}
      ${this.#tokenForm()}`;
  }

  #token(token) {
    const { id, user, role, description, createdAt, createdBy, expiresAt, revokedAt } = token;
    const isExpired = expiresAt && since(expiresAt) > 0;
    const [word, tone] = revokedAt ? ['revoked', 'calm'] : isExpired ? ['expired', 'calm'] : ['good', 'good'];
    const revoke = async () => await ask({
      title: `Revoke the token of ${user}?`, yes: 'Revoke', danger: true,
      body: html`<p>${description || 'Made without a description'}, ${role}, ${when(createdAt)}.
        It is useless at once.</p>`,
    }) && this.act(() => send('DELETE', `tokens/${part(id)}`), `Revoked a token of ${user}.`);
    return html`
      <tr>
        <th scope="row" title=${id}>${user}</th>
        <td>${role}</td>
        <td class="wrap">${description}</td>
        <td class="nowrap">${when(createdAt)}</td>
        <td>${createdBy}</td>
        <td class="nowrap">${expiresAt ? when(expiresAt) : 'never'}</td>
        <td><span class="badge ${tone}" title=${revokedAt ?? nothing}>${word}</span></td>
        <td>${revokedAt ? nothing : html`
          <button class="quiet" aria-label="Revoke token of ${user}${description ? `, ${description}` : ''}"
            @click=${revoke}>
            Revoke</button>`}</td>
      </tr>`;
  }

  #tokenForm() {
    const faults = this.#tokenFaults;
    return html`
      <form class="panel form" aria-label="Token" @submit=${event => this.#makeToken(event)}>
        <h3>Make a token</h3>
        ${wrong(faults, TOKEN_FIELDS)}
        <div class="fields">
          ${field(faults, { name: 'user', label: 'User' }, ({ id, invalid, about }) => html`
            <input id=${id} name="user" required maxlength="100" autocomplete="off"
              aria-invalid=${invalid} aria-describedby=${about}>`)}
          ${field(faults, { name: 'role', label: 'Role' }, ({ id, invalid, about }) => html`
            <select id=${id} name="role" aria-invalid=${invalid}
              aria-describedby=${about}>${options(ROLES, 'submitter')}</select>`)}
          ${field(faults, { name: 'description', label: 'What it is for' }, ({ id, invalid, about }) => html`
            <input id=${id} name="description" maxlength="200" autocomplete="off"
              aria-invalid=${invalid} aria-describedby=${about}>`)}
          ${field(faults, { name: 'expiresInSeconds', label: 'Expires' }, ({ id, invalid, about }) => html`
            <select id=${id} name="expiresInSeconds" aria-invalid=${invalid} aria-describedby=${about}>
              ${options(EXPIRIES, String(90 * DAY))}</select>`)}
        </div>
        <footer><button>Make token</button></footer>
      </form>`;
  }

  async #makeToken(event) {
    event.preventDefault();
    const form = event.target;
    const { expiresInSeconds, ...rest } = entered(form);
    const body = expiresInSeconds ? { ...rest, expiresInSeconds: Number(expiresInSeconds) } : rest;
    const made = await this.#tokenFaults.send(form, () => post('tokens', body), `Made a token for ${body.user}.`);
    if (made) {
      this.#made = made;
      form.reset();
      await this.read();
      document.querySelector('[aria-label="Secret"]')?.focus();
    }
  }

  #configuration(one) {
    return html`
      ${facts([
    ['Version', one.version],
    ['Runs since', html`${when(one.startedAt)} (${duration(since(one.startedAt))})`],
    ['Application server', one.server],
    ['Java', one.java],
    ['Database', one.database],
    ['Operating system', one.operatingSystem],
    ['Processors', number(one.processors)],
    ['Memory at most', bytes(one.maxMemoryBytes)],
  ])}
      ${table('Settings in effect', ['Setting', 'Value', 'From'],
    one.settings.map(({ name, value, source, secret }) => html`
        <tr>
          <th scope="row" class="mono">${name}</th>
          <td class="wrap mono">${secret ? html`<span class="soft">hidden</span>` : value}</td>
          <td class="wrap">${source}</td>
        </tr>`), 'Nothing is set; everything has its usual value.')}`;
  }
}

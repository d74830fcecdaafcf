import { html, nothing } from '../lib.js';
import { get } from '../api.js';
import { View } from '../view.js';
import { table } from '../parts/facts.js';
import { backendLink } from '../parts/links.js';
import { stoppedBeating } from '../parts/problems.js';
import { when, whenAgo } from '../parts/when.js';

function state(node) {
  if (node.diedAt) {
    return html`<span class="badge calm">gone</span>`;
  }
  return stoppedBeating(node)
    ? html`<span class="badge bad">no heartbeat</span>`
    : html`<span class="badge good">alive</span>`;
}

export default class Nodes extends View {
  title = 'Nodes';
  events = null;
  every = 2;

  async load() {
    this.nodes = await get('nodes');
  }

  template() {
    const silent = this.nodes.filter(stoppedBeating);
    const versions = new Set(this.nodes.filter(node => !node.diedAt).map(({ version }) => version));
    return html`
      ${silent.map(({ name, beatAt }) => html`
        <p class="problem">Server ${name} last said ${whenAgo(beatAt)} that it lives.</p>`)}
      ${versions.size > 1 ? html`<p class="note">Servers of different versions share the database:
        ${[...versions].join(', ')}.</p>` : nothing}
      ${table('The servers that share the database, and those that died within a day',
    ['Server', 'State', 'Version', 'Started', 'Last heartbeat', 'Died', 'Backends'],
    this.nodes.map(node => this.#row(node)), 'No server has said that it lives.')}`;
  }

  #row(node) {
    const { name, self, version, startedAt, beatAt, diedAt, backends, id } = node;
    return html`
      <tr>
        <th scope="row" class="nowrap" title=${id}>${name}
          ${self ? html`<span class="soft">(this one)</span>` : nothing}</th>
        <td>${state(node)}</td>
        <td>${version}</td>
        <td class="nowrap">${when(startedAt)}</td>
        <td class="nowrap">${whenAgo(beatAt)}</td>
        <td class="nowrap">${whenAgo(diedAt)}</td>
        <td>${backends.map((backend, at) => html`${at > 0 ? ', ' : ''}${backendLink(backend)}`)}</td>
      </tr>`;
  }
}

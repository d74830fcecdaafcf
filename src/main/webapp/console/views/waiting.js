import { html, nothing } from '../lib.js';
import { get } from '../api.js';
import { address } from '../router.js';
import { number } from '../format.js';
import { View } from '../view.js';
import { table } from '../parts/facts.js';
import { backendLink, methodLink, taskLink } from '../parts/links.js';
import { when, whenAgo } from '../parts/when.js';

/** As many groups as the server tells of. */
const MOST = 200;

/** Why everything that waits waits. */
export default class Waiting extends View {
  events = null;
  every = 5;
  groups = [];

  get title() {
    return 'Waiting';
  }

  async load() {
    const found = await get('waiting');
    this.groups = Array.isArray(found) ? found : found.groups;
  }

  template() {
    const all = this.groups.reduce((sum, group) => sum + group.tasks, 0);
    if (all === 0) {
      return html`<p>Nothing waits. Tasks that no backend has taken yet are shown here, with the reasons.</p>`;
    }
    return html`
      <p>${number(all)} ${all === 1 ? 'task waits' : 'tasks wait'}${
        this.groups.length >= MOST ? ` in the ${MOST} largest groups` : ''}.
        The reasons are those of the oldest task of each group.</p>
      ${table('Waiting tasks by backend, method and owner, largest first',
        [['Tasks', 'number'], 'Method', 'Backend', 'Owner', 'Oldest ready', 'Why', 'Example'],
        this.groups.map(group => this.#row(group)))}`;
  }

  #row({ backend, method, owner, tasks, oldestReadyAt, sampleTask, reasons }) {
    const these = address(['tasks'], { state: 'PENDING', backend, method, owner });
    return html`
      <tr>
        <td class="number">
          <a href=${these} aria-label="${number(tasks)} tasks of ${method} on ${backend}">${number(tasks)}</a></td>
        <th scope="row">${methodLink(method)}</th>
        <td>${backendLink(backend)}</td>
        <td>${owner}</td>
        <td class="nowrap">${new Date(oldestReadyAt) > new Date() ? when(oldestReadyAt) : whenAgo(oldestReadyAt)}</td>
        <td>${reasons.length === 0 ? 'Nothing holds it back: it is about to start.' : html`
          <ul class="reasons">${reasons.map(reason => html`<li>${reason.detail}${reason.until
            ? html` (until ${when(reason.until)})` : nothing}</li>`)}</ul>`}</td>
        <td>${sampleTask ? taskLink(sampleTask) : nothing}</td>
      </tr>`;
  }
}

import { html } from '../lib.js';
import { number, rough, words } from '../format.js';
import { table } from './facts.js';
import { backendLink, methodLink } from './links.js';
import { meter } from './meter.js';
import { whenAgo } from './when.js';

const NAMED = { BACKEND: backendLink, METHOD: methodLink };

export const limitName = ({ scope, name }) => `${words(scope)} ${name}`;

const running = limit => limit.maxRunning === undefined || limit.maxRunning === null
  ? html`${number(limit.running)}, no limit`
  : meter(`In use of ${limitName(limit)}`, limit.running, limit.maxRunning);

/** @param buttons makes what is offered for a limit; left out where it can only be looked at */
export const limitTable = (limits, empty, buttons) => table('Limits', ['Of', 'Name', 'Running',
  ['Starts per second', 'number'], ['Burst', 'number'], 'Changed', ...buttons ? ['Change'] : []],
limits.map(limit => html`
  <tr>
    <td>${words(limit.scope)}</td>
    <th scope="row">${NAMED[limit.scope]?.(limit.name) ?? limit.name}</th>
    <td class="nowrap">${running(limit)}</td>
    <td class="number">${rough(limit.perSecond)}</td>
    <td class="number">${number(limit.burst)}</td>
    <td class="nowrap">${whenAgo(limit.changedAt)} by ${limit.changedBy}</td>
    ${buttons ? html`<td class="nowrap">${buttons(limit)}</td>` : ''}
  </tr>`), empty);

// Links from one view to another.

import { html } from '../lib.js';
import { address } from '../router.js';
import { number, shortId } from '../format.js';

export const taskLink = id => html`<a class="mono" href=${address(['tasks', id])} title=${id}>${shortId(id)}</a>`;

export const operationLink = id =>
  html`<a class="mono" href=${address(['operations', id])} title=${id}>${shortId(id)}</a>`;

export const backendAddress = (name, query) => address(['backends', ...name.split('/')], query);

export const backendLink = name => html`<a href=${backendAddress(name)}>${name}</a>`;

export const methodLink = name => html`<a href=${address(['methods', name])}>${name}</a>`;

/** How many tasks, with a way to them. */
export const tasksLink = (count, filter) => html`<a href=${address('tasks', filter)}>${number(count)}</a>`;

// A filter of tasks, as the query of an address and as the body of an operation.

import { html, nothing, repeat } from '../lib.js';
import { address } from '../router.js';
import { time, words } from '../format.js';

export const CLASSES = ['APPLICATION', 'TIME_LIMIT', 'INFRASTRUCTURE', 'REJECTED'];

const TITLES = {
  state: 'State', text: 'Text', method: 'Method', backend: 'Backend', topic: 'Topic', owner: 'Owner',
  campaign: 'Campaign', label: 'Label', failureClass: 'Failure class', failureGroup: 'Failure group',
  since: 'Since', until: 'Until',
};
const SHOWN = { state: words, failureClass: words, since: time, until: time };

/** Of a query only what tells tasks apart, always in the same order. */
export function onlyFilter(query) {
  return new URLSearchParams(Object.keys(TITLES).flatMap(name =>
    query.getAll(name).filter(value => value !== '').map(value => [name, value])));
}

/** The same as parameters of a request. */
export function parameters(query) {
  return Object.fromEntries(Object.keys(TITLES).map(name => [name, query.getAll(name)]));
}

/** The same as the filter of an operation. */
export function filterBody(query) {
  const body = {};
  for (const [name, value] of onlyFilter(query)) {
    if (name === 'state') {
      (body.state ??= []).push(value);
    } else if (name === 'label') {
      const colon = value.indexOf(':');
      (body.labels ??= {})[value.slice(0, colon)] = value.slice(colon + 1);
    } else {
      body[name] = value;
    }
  }
  return Object.keys(body).length > 0 ? body : { all: true };
}

/**
 * What a filter is made of, each with a link that removes it.
 *
 * @param to makes the address of a query
 */
export function chips(query, to) {
  const filter = onlyFilter(query);
  if (filter.size === 0) {
    return nothing;
  }
  return html`
    <ul class="chips" aria-label="Filters in force">
      ${repeat([...filter], each => each.join(':'), ([name, value]) => {
        const text = `${TITLES[name]}: ${(SHOWN[name] ?? String)(value)}`;
        return html`<li><a href=${to(without(filter, name, value))} aria-label="Remove filter ${text}">${text}
          <span aria-hidden="true">×</span></a></li>`;
      })}
      <li><a href=${to(new URLSearchParams())}>Remove all</a></li>
    </ul>`;
}

function without(query, name, value) {
  return new URLSearchParams([...query].filter(([other, its]) => other !== name || its !== value));
}

/** A text field, with suggestions. */
export const field = (name, label, value, choices = [], type = 'text', hint = '') => html`
  <label>${label}
    <input name=${name} type=${type} autocomplete="off" placeholder=${hint} .value=${value ?? ''}
      list=${choices.length > 0 ? `${name}-choices` : nothing}>
    ${choices.length > 0
      ? html`<datalist id="${name}-choices">${choices.map(each => html`<option value=${each}></option>`)}</datalist>`
      : nothing}
  </label>`;

/** A choice of constants, or of none. */
export const choice = (name, label, value, constants, none = 'any') => html`
  <label>${label}
    <select name=${name}>
      <option value="" ?selected=${!value}>${none}</option>
      ${constants.map(each => html`<option value=${each} ?selected=${each === value}>${words(each)}</option>`)}
    </select>
  </label>`;
/** The same filter as parameters of the list of tasks; that knows no ids. */
export function asQuery({ all, ids, labels = {}, ...rest }) {
  return { ...rest, label: Object.entries(labels).map(([name, value]) => `${name}:${value}`) };
}

const SPOKEN = { state: value => [value].flat().map(words).join(' or '), labels: value => Object.entries(value)
  .map(([name, each]) => `${name}:${each}`).join(', '), ids: value => `${value.length} chosen tasks` };

export function inWords(filter) {
  const parts = Object.entries(filter).filter(([name]) => name !== 'all')
    .map(([name, value]) => name === 'ids' ? SPOKEN.ids(value) : `${name} ${SPOKEN[name]?.(value) ?? value}`);
  return parts.length === 0 ? 'every task' : parts.join(', ');
}

/** A filter in words, with a way to the tasks. */
export const filterLink = filter => filter.ids ? inWords(filter)
  : html`<a href=${address('tasks', asQuery(filter))}>${inWords(filter)}</a>`;

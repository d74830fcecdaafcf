// Forms made from descriptions of their fields: by hand, or from a JSON Schema.

import { html, nothing } from '../lib.js';
import { instantOf } from './when.js';

const NUMBERS = ['number', 'integer'];
const INPUTS = { number: 'number', integer: 'number', time: 'datetime-local' };
const LONG = 200;

/**
 * The fields of an object that a schema describes.
 *
 * @returns `{ name, label, kind, help, required, choices, low, high, usual }` for each; kind is text, long, number,
 *     integer, truth, choice, json, lines (name:value) or time
 */
export function fieldsOf(schema) {
  const required = schema.required ?? [];
  return Object.entries(schema.properties ?? {}).map(([name, given]) => {
    const its = resolved(schema, given);
    return {
      name, label: its.title ?? name, kind: kindOf(its), required: required.includes(name),
      choices: its.enum?.map(value => JSON.stringify(value)), low: its.minimum, high: its.maximum,
      usual: its.default, help: [its.description, bounds(its)].filter(Boolean).join('; '),
    };
  });
}

/** Of references only those within the schema lead somewhere. */
function resolved(schema, its) {
  const path = its?.$ref?.startsWith('#/') ? its.$ref.slice(2).split('/') : null;
  const found = path?.reduce((at, name) => at?.[name.replaceAll('~1', '/').replaceAll('~0', '~')], schema);
  return found ? { ...found, ...its } : typeof its === 'object' ? its : {};
}

function kindOf(its) {
  if (its.enum) {
    return 'choice';
  }
  if (NUMBERS.includes(its.type)) {
    return its.type;
  }
  if (its.type === 'string') {
    return its.maxLength > LONG ? 'long' : 'text';
  }
  return its.type === 'boolean' ? 'truth' : 'json';
}

function bounds(its) {
  const said = [];
  const low = its.minimum ?? its.exclusiveMinimum;
  const high = its.maximum ?? its.exclusiveMaximum;
  if (low !== undefined) {
    said.push(`${its.minimum === undefined ? 'more than' : 'at least'} ${low}`);
  }
  if (high !== undefined) {
    said.push(`${its.maximum === undefined ? 'less than' : 'at most'} ${high}`);
  }
  if (its.type === 'array') {
    said.push(`a list${its.items?.type ? ` of ${its.items.type}s` : ''}, as JSON`);
  } else if (its.type !== undefined && kindOf(its) === 'json') {
    said.push('as JSON');
  }
  return said.join(', ');
}

/** A value as the text in its field. */
export function textOf(field, value) {
  if (value === undefined || value === null && field.kind !== 'json') {
    return '';
  }
  if (field.kind === 'json' || field.kind === 'choice' || field.kind === 'truth') {
    return JSON.stringify(value, null, field.kind === 'json' ? 1 : 0);
  }
  return field.kind === 'lines' ? Object.entries(value).map(each => each.join(':')).join('\n') : String(value);
}

const READ = {
  text: text => text,
  long: text => text,
  number: Number,
  integer: Number,
  truth: JSON.parse,
  choice: JSON.parse,
  json: JSON.parse,
  time: instantOf,
  lines: text => Object.fromEntries(text.split('\n').map(line => line.trim()).filter(line => line !== '').map(line => {
    const colon = line.indexOf(':');
    if (colon < 1) {
      throw new Error(`is not name:value: ${line}`);
    }
    return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
  })),
};

/**
 * What was filled in; what was left empty is left out.
 *
 * @param group comes before the names of the fields in the form
 * @param errors gets what cannot be read, by group and name
 */
export function filledIn(group, fields, form, errors) {
  const values = {};
  for (const field of fields) {
    const text = form.elements[`${group}${field.name}`].value;
    if (text.trim() !== '' || field.required && field.kind === 'text') {
      try {
        values[field.name] = READ[field.kind](text);
      } catch (problem) {
        errors.set(`${group}${field.name}`, field.kind === 'json' ? `is no JSON: ${problem.message}` : problem.message);
      }
    }
  }
  return values;
}

/** A field, with what helps to fill it and what is wrong with it. */
export function control(group, field, text, error) {
  const name = `${group}${field.name}`;
  const id = `field-${name.replaceAll(/[^A-Za-z0-9_-]/g, '-')}`;
  const usual = field.usual === undefined ? '' : `usually ${JSON.stringify(field.usual)}`;
  const help = [field.help, usual].filter(Boolean).join('; ');
  const described = [help ? `${id}-help` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ');
  const common = { name, id, field, text, described: described || nothing, invalid: error ? 'true' : nothing };
  return html`
    <div class="field">
      <label for=${id}>${field.label}${field.required ? html` <span class="soft">(required)</span>` : nothing}</label>
      ${input(common)}
      ${help ? html`<small id="${id}-help" class="soft">${help}</small>` : nothing}
      ${error ? html`<small id="${id}-error" class="wrong">${error}</small>` : nothing}
    </div>`;
}

function input({ name, id, field, text, described, invalid }) {
  if (field.kind === 'choice' || field.kind === 'truth') {
    const choices = field.kind === 'truth' ? ['true', 'false'] : field.choices;
    return html`
      <select name=${name} id=${id} ?required=${field.required} aria-describedby=${described} aria-invalid=${invalid}>
        <option value="" ?selected=${text === ''}>${field.required ? 'choose…' : 'not given'}</option>
        ${choices.map(each => html`
          <option value=${each} ?selected=${each === text}>${each.replace(/^"(.*)"$/, '$1')}</option>`)}
      </select>`;
  }
  if (['json', 'long', 'lines'].includes(field.kind)) {
    return html`
      <textarea name=${name} id=${id} rows=${field.rows ?? 3} ?required=${field.required} spellcheck="false"
        class="mono" aria-describedby=${described} aria-invalid=${invalid} .value=${text}></textarea>`;
  }
  const number = NUMBERS.includes(field.kind);
  return html`
    <input name=${name} id=${id} autocomplete="off" type=${INPUTS[field.kind] ?? 'text'}
      step=${field.kind === 'integer' || field.kind === 'time' ? '1' : number ? 'any' : nothing}
      min=${number ? field.low ?? nothing : nothing} max=${number ? field.high ?? nothing : nothing}
      ?required=${field.required && number} aria-describedby=${described} aria-invalid=${invalid} .value=${text}>`;
}

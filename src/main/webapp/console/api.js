// The REST API, as every other client uses it.

const ROOT = new URL('../api/v1/', location.href.replace(/#.*/, ''));

/** An answer that is an error, as the server tells it (RFC 9457). */
export class Problem extends Error {
  constructor(status, { title, detail, errors = [], incident } = {}) {
    super([detail ?? title ?? `status ${status}`, ...errors.map(each => `${each.field}: ${each.message}`)].join('; '));
    this.status = status;
    this.errors = errors;
    this.incident = incident;
  }
}

/** The server did not answer. */
export class Unreachable extends Error {
  constructor() {
    super('The server does not answer.');
  }
}

/** @param query an object; arrays become parameters that come several times, and what is empty is left out */
export function url(path, query = {}) {
  const found = new URL(path, ROOT);
  for (const [name, value] of Object.entries(query)) {
    for (const each of [value].flat()) {
      if (each !== undefined && each !== null && each !== '') {
        found.searchParams.append(name, each);
      }
    }
  }
  return found.href;
}

/** Parts of a path may have slashes only where the API has them: in names of backends. */
export const part = text => encodeURIComponent(text);
export const backendPart = name => name.split('/').map(encodeURIComponent).join('/');

async function answer(method, path, query, body) {
  const headers = { Accept: 'application/json, text/plain;q=0.9' };
  if (body !== undefined) {
    headers['Content-Type'] = 'application/json';
  }
  let response;
  try {
    response = await fetch(url(path, query), {
      method, headers, body: body === undefined ? undefined : JSON.stringify(body), cache: 'no-store',
      signal: AbortSignal.timeout(30_000),
    });
  } catch {
    throw new Unreachable();
  }
  if (response.status === 401) {
    location.assign(new URL(`../login.html${location.hash}`, location.href.replace(/#.*/, '')));
    throw new Problem(401, { title: 'Please log in again.' });
  }
  if (!response.ok) {
    throw new Problem(response.status, await problem(response));
  }
  return response;
}

async function problem(response) {
  try {
    return await response.json();
  } catch {
    return { title: response.statusText };
  }
}

export async function get(path, query) {
  return (await answer('GET', path, query)).json();
}

/** A text that grows: what is there from an offset on, and where to go on. */
export async function text(path, query) {
  const response = await answer('GET', path, query);
  return { text: await response.text(), next: response.headers.get('Colmenar-Next-Offset') };
}

/** What comes back is an object, or null when there is none. */
export async function send(method, path, body, query) {
  const said = await (await answer(method, path, query, body)).text();
  return said === '' ? null : JSON.parse(said);
}

export const post = (path, body, query) => send('POST', path, body, query);

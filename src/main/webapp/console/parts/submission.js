// A submission like that of a task that is there.

import { url } from '../api.js';

const SAME = [
  'method', 'version', 'backend', 'topic', 'taskInfo', 'keepInputs', 'priority', 'maxRetries', 'maxAttempts',
  'timeLimitSeconds', 'resources', 'licences', 'options', 'retry', 'campaign', 'labels',
];

/** Without its client id, by which it would be the same task; and without times, which may have passed. */
export function submissionOf(task, inputs) {
  const body = { ...inputs };
  for (const name of SAME) {
    const value = name === 'resources' && task.resources ? known(task.resources) : task[name];
    if (value !== undefined && value !== null && !isEmpty(value)) {
      body[name] = value;
    }
  }
  return body;
}

const isEmpty = value => typeof value === 'object' && !Array.isArray(value) && Object.keys(value).length === 0;

const known = object => Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null));

const quoted = text => `'${text.replaceAll("'", "'\\''")}'`;

/** A line for a shell that submits it; `$TOKEN` is an access token. */
export const curl = body => [
  'curl -sS -X POST',
  '-H "Authorization: Bearer $TOKEN"',
  "-H 'Content-Type: application/json'",
  `--data-binary ${quoted(JSON.stringify(body))}`,
  quoted(url('tasks')),
].join(' \\\n  ');

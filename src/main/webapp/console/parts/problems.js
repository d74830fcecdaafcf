// What is wrong at the moment, each with a way to where it is solved.

import { html } from '../lib.js';
import { address } from '../router.js';
import { ago, number, since, words } from '../format.js';
import { backendAddress } from './links.js';

/** Seconds after which a server that lives should have said so. */
export const STOPPED_BEATING = 30;
const OLD_RESULT = 3600;

export const stoppedBeating = node => !node.diedAt && since(node.beatAt) > STOPPED_BEATING;

const problem = (tone, text, to, link) => ({ tone, text, to, link });

const moved = (gate, what, to) => gate === 'OPEN' ? [] : [problem('warn',
  gate === 'PAUSED' ? `${what} is paused: nothing is started there.` : `${what} is draining: nothing is accepted.`, to,
  'Resume it')];

const ofServer = (server, mayAdminister) => moved(server.gate, 'The server',
  mayAdminister ? address('administration') : address('nodes'));

function ofBackend(backend) {
  const to = backendAddress(backend.name);
  const down = backend.condition === 'UP' ? [] : [problem(backend.condition === 'DOWN' ? 'bad' : 'warn',
    `Backend ${backend.name} is ${words(backend.condition)}${backend.detail ? `: ${backend.detail}` : '.'}`, to,
    'See the backend')];
  return [...down, ...moved(backend.gate, `Backend ${backend.name}`, to)];
}

/** One that was started again is no problem. */
function ofNode(node, at, all) {
  const to = address('nodes');
  if (node.diedAt) {
    const isBack = all.some(other => other.name === node.name && !other.diedAt);
    return isBack ? []
      : [problem('warn', `Server ${node.name} left or died ${ago(node.diedAt)}.`, to, 'See the servers')];
  }
  return stoppedBeating(node)
    ? [problem('bad', `Server ${node.name} last said ${ago(node.beatAt)} that it lives.`, to, 'See the servers')] : [];
}

function ofOperation(operation) {
  const failed = operation.state === 'FAILED';
  if (!failed && !operation.note) {
    return [];
  }
  const text = `Operation ${words(operation.action)} of ${operation.owner} ${failed ? 'failed' : 'has a note'}`;
  return [problem(failed ? 'bad' : 'warn', `${text}${operation.note ? `: ${operation.note}` : '.'}`,
    address(['operations', operation.id]), 'See the operation')];
}

const ofTopic = topic => since(topic.oldestAt) > OLD_RESULT
  ? [problem('warn', `Topic ${topic.topic} of ${topic.owner} has a result that nobody has acknowledged; it came `
    + `${ago(topic.oldestAt)}.`, address(['topics', topic.topic], { owner: topic.owner }), 'Look at its results')]
  : [];

const ofFailures = group => [problem('bad',
  `${number(group.count)} ${group.count === 1 ? 'task' : 'tasks'} of ${group.method} failed in the last hour: `
    + `${group.type}: ${group.message}`, address(['failures', group.id]), 'See the failures')];

/** What could not be read is a problem, too. */
const each = ({ value, problem: refused }, what, of) => refused
  ? [problem('warn', `Nothing is known of ${what}: ${refused.message}`)]
  : value.flatMap((one, at, all) => of(one, at, all));

/** @param read pieces: server, backends, nodes, operations, topics, failures */
export function problems(read, mayAdminister) {
  const server = read.server.problem ? read.server : { value: [read.server.value] };
  return [
    ...each(server, 'the server', one => ofServer(one, mayAdminister)),
    ...each(read.backends, 'the backends', ofBackend),
    ...each(read.nodes, 'the nodes', ofNode),
    ...each(read.failures, 'the failures', ofFailures),
    ...each(read.operations, 'the operations', ofOperation),
    ...each(read.topics, 'the topics', ofTopic),
  ];
}

export const problemList = found => found.length === 0
  ? html`<p class="fine">No problems.</p>`
  : html`<ul class="problems">${found.map(({ tone, text, to, link }) => html`
      <li class=${tone}>${text} ${to ? html`<a href=${to}>${link}</a>` : ''}</li>`)}</ul>`;

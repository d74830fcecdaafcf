// The frame around the views.

import { html, render } from './lib.js';
import { get, Unreachable } from './api.js';
import { go, here } from './router.js';
import Overview from './views/overview.js';
import Tasks from './views/tasks.js';
import Task from './views/task.js';
import Submit from './views/submit.js';
import Waiting from './views/waiting.js';
import Failures from './views/failures.js';
import Timeline from './views/timeline.js';
import Campaigns from './views/campaigns.js';
import Topics from './views/topics.js';
import Backends from './views/backends.js';
import Methods from './views/methods.js';
import Operations from './views/operations.js';
import Nodes from './views/nodes.js';
import Administration from './views/administration.js';

const VIEWS = {
  overview: [Overview, 'Overview'],
  tasks: [Tasks, 'Tasks'],
  waiting: [Waiting, 'Waiting'],
  failures: [Failures, 'Failures'],
  timeline: [Timeline, 'Timeline'],
  campaigns: [Campaigns, 'Campaigns'],
  topics: [Topics, 'Topics'],
  backends: [Backends, 'Backends'],
  methods: [Methods, 'Methods'],
  operations: [Operations, 'Operations'],
  nodes: [Nodes, 'Nodes'],
  administration: [Administration, 'Administration'],
};
const place = document.getElementById('view');
const connection = document.getElementById('connection');
const said = document.getElementById('said');
const SAID = 8000;

let me = null;
let view = null;
let shown = '';

const shell = {
  lost() {
    document.body.classList.add('lost');
    connection.textContent = 'The server does not answer. Trying again…';
  },
  reached() {
    document.body.classList.remove('lost');
    connection.textContent = '';
  },
  say(sentence, bad) {
    const line = document.createElement('p');
    line.textContent = sentence;
    line.className = bad ? 'bad' : 'good';
    said.append(line);
    setTimeout(() => line.remove(), SAID);
  },
};

function named([name, ...rest]) {
  if (name === 'tasks' && rest.length > 0) {
    return Task;
  }
  if (name === 'methods' && rest[1] === 'submit') {
    return Submit;
  }
  return VIEWS[name]?.[0];
}

function drawMenu(name) {
  const mine = Object.entries(VIEWS).filter(([key]) => key !== 'administration' || me.roles.includes('administrator'));
  render(html`<ul>${mine.map(([key, [, title]]) => html`
    <li><a href="#/${key}" aria-current=${key === name ? 'page' : 'false'}>${title}</a></li>`)}</ul>`,
  document.getElementById('menu'));
}

function route() {
  const at = here();
  const Named = named(at.segments);
  if (!Named) {
    go('#/overview');
    return;
  }
  const path = at.segments.join('/');
  if (path === shown) {
    view.moved(at.query);
    return;
  }
  view?.close();
  view = new Named({ segments: at.segments.slice(1), query: at.query }, me);
  drawMenu(at.segments[0]);
  render(html``, place);
  window.scrollTo(0, 0);
  view.open(place, shell);
  if (shown !== '') {
    place.querySelector('h1')?.focus();
  }
  shown = path;
}

async function start() {
  try {
    me = await get('me');
  } catch (problem) {
    if (problem instanceof Unreachable) {
      shell.lost();
      setTimeout(start, 2000);
    } else {
      shell.say(problem.message, true);
    }
    return;
  }
  shell.reached();
  document.getElementById('caller').textContent = `${me.user} (${me.roles.at(-1)})`;
  document.querySelector('.skip').addEventListener('click', event => {
    event.preventDefault();
    place.focus();
  });
  window.addEventListener('hashchange', route);
  route();
}

start();

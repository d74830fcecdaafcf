import { html, nothing } from '../lib.js';
import { get, part } from '../api.js';
import { address } from '../router.js';
import { between, duration, number, rough } from '../format.js';
import { View } from '../view.js';
import { facts, table } from '../parts/facts.js';
import { tasksLink } from '../parts/links.js';
import { ownerChoice } from '../parts/owner.js';
import { paging } from '../parts/paging.js';
import { Seldom } from '../parts/seldom.js';
import { allStates, stateCards } from '../parts/states.js';
import { when, whenAgo } from '../parts/when.js';

const PAGE = 20;

const over = campaign => campaign.total - campaign.unfinished;

const bar = campaign => html`
  <progress aria-label="Finished tasks of ${campaign.campaign}" max=${Math.max(campaign.total, 1)}
    value=${over(campaign)}></progress>`;

/** Tasks that ended per second, since the first was submitted; null when that says nothing. */
function rate(campaign) {
  const seconds = between(campaign.firstAt, campaign.finished ? campaign.lastAt : new Date());
  return over(campaign) > 0 && seconds > 0 ? over(campaign) / seconds : null;
}

/** The campaigns of somebody, or one of them. */
export default class Campaigns extends View {
  #seldom = new Seldom(8);

  constructor(at, me) {
    super(at, me);
    [this.name] = this.segments;
    this.events = this.name ? { campaign: this.name } : { owner: this.owner };
  }

  get title() {
    return this.name ? `Campaign ${this.name}` : 'Campaigns';
  }

  get owner() {
    return this.query.get('owner') ?? this.me.user;
  }

  moved(query) {
    this.query = query;
    this.events = this.name ? { campaign: this.name } : { owner: this.owner };
    super.moved(query);
  }

  progress(name) {
    return get(`campaigns/${part(name)}`, { owner: this.owner });
  }

  async load() {
    if (this.name) {
      this.campaign = await this.progress(this.name);
      return;
    }
    const { owner } = this;
    const { campaigns, next } = await get('campaigns', { owner, cursor: this.query.get('cursor'), limit: PAGE });
    const all = await Promise.all(campaigns.map(({ campaign }) =>
      this.#seldom.get(`${owner}/${campaign}`, () => this.progress(campaign))));
    this.campaigns = all;
    this.next = next ?? null;
  }

  template() {
    return this.name ? this.#one(this.campaign) : this.#list();
  }

  #list() {
    const others = this.query.get('owner');
    const page = cursor => address('campaigns', { owner: others, cursor });
    return html`
      ${ownerChoice(others, owner => address('campaigns', { owner }), 'mine')}
      ${table(`Campaigns of ${this.owner}`, ['Campaign', 'Finished', ['Tasks', 'number'], ['Failed', 'number'],
    ['Results waiting', 'number'], 'Begun', 'Last change'], this.campaigns.map(each => this.#row(each)),
  `${this.owner} has no campaigns. Tasks that are submitted with the same name as campaign are shown here together.`)}
      ${paging(this.query.get('cursor') ? page('') : null, this.next && page(this.next))}`;
  }

  #row(campaign) {
    const { campaign: name, owner } = campaign;
    return html`
      <tr>
        <th scope="row" class="wrap"><a href=${address(['campaigns', name], { owner })}>${name}</a></th>
        <td class="nowrap">${bar(campaign)} ${number(over(campaign))} of ${number(campaign.total)}</td>
        <td class="number">${tasksLink(campaign.total, { campaign: name, owner })}</td>
        <td class="number">${tasksLink(campaign.failed, { campaign: name, owner, state: 'FAILED' })}</td>
        <td class="number">${number(campaign.waitingResults)}</td>
        <td class="nowrap">${whenAgo(campaign.firstAt)}</td>
        <td class="nowrap">${whenAgo(campaign.lastAt)}</td>
      </tr>`;
  }

  #one(campaign) {
    const { owner, campaign: name } = campaign;
    const perSecond = rate(campaign);
    const all = address('campaigns', { owner: owner === this.me.user ? '' : owner });
    const left = perSecond !== null && campaign.unfinished > 0 ? campaign.unfinished / perSecond : null;
    return html`
      <p>${bar(campaign)} ${number(over(campaign))} of ${number(campaign.total)} tasks are finished,
        ${tasksLink(campaign.failed, { campaign: name, owner, state: 'FAILED' })} failed.
        ${campaign.done ? 'Everything is done and acknowledged.' : nothing}</p>
      ${stateCards('Tasks by state', campaign.tasks, allStates(campaign.tasks), { campaign: name, owner })}
      ${facts([
    ['Owner', owner],
    ['Results that wait', number(campaign.waitingResults)],
    ['Streamed items that wait', number(campaign.waitingItems)],
    ['Of these with a consumer', number(campaign.leased)],
    ['First task submitted', html`${when(campaign.firstAt)} (${whenAgo(campaign.firstAt)})`],
    ['Last change', html`${when(campaign.lastAt)} (${whenAgo(campaign.lastAt)})`],
    ['Rate', perSecond === null ? 'nothing has finished' : `${rough(perSecond * 60)} tasks per minute on average`],
    ['At this rate left', left === null ? null : duration(left)],
  ])}
      <p><a href=${address('tasks', { campaign: name, owner })}>Its tasks</a> ·
        <a href=${address('failures', { campaign: name, owner })}>Its failures</a> ·
        <a href=${all}>All campaigns of ${owner}</a></p>`;
  }
}

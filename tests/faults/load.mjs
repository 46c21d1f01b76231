// load -- eight clients who write as fast as they can, and remember what they were told.

import assert from 'node:assert/strict';
import { Client, formOf, lookUp, receiptOf } from './world.mjs';

const FOLLOWED = 6;

export class Load {
  constructor(instance) {
    this.instance = instance;
    this.told = new Map(); // receipt -> {title, stage}: what the server acknowledged
    this.follows = new Map(); // a matter of hers -> whether she follows it, as far as was acknowledged
    this.unanswered = []; // forms that were sent and never answered
    this.posts = 0;
    this.busy = 0;
    this.count = 0;
  }

  async prepare() {
    const password = this.instance.person('anna');
    this.person = new Client(this.instance);
    await this.person.signIn('anna', password);
    for (let i = 0; i < FOLLOWED; i++) await this.personRaises(this.person, { isKept: true });
    this.matters = [...new Set((await this.person.get('/me')).text.match(/\/matters\/\d+/g))];
    assert.equal(this.matters.length, FOLLOWED, 'her page does not show what she raised');
    this.clients = [1, 2, 3, 4, 5].map(() => [new Client(this.instance), (c) => this.visitorRaises(c)]);
    const signedIn = () => {
      const client = new Client(this.instance);
      client.jar = new Map(this.person.jar);
      return client;
    };
    this.clients.push([signedIn(), (c) => this.personRaises(c)], [signedIn(), (c) => this.personRaises(c)]);
    this.clients.push([signedIn(), (c) => this.personFollows(c)]);
  }

  // Write until the server is gone; what breaks off then is no failure. What was answered wrongly
  // is, and thrown by `end`.
  begin() {
    this.wrong = null;
    this.isOver = false;
    this.running = Promise.all(this.clients.map(async ([client, step]) => {
      while (!this.isOver) {
        try {
          await step(client);
        } catch (error) {
          if (error.isBusy) continue; // it was told that nothing was saved
          if (error.code === 'ERR_ASSERTION') this.wrong ??= error;
          return;
        }
      }
    }));
  }

  // Each client ends after the step he is at.
  stop() {
    this.isOver = true;
  }

  async end() {
    await this.running;
    if (this.wrong) throw this.wrong;
  }

  title() {
    this.count++;
    return `Load ${this.count} of the street lamps`;
  }

  // A POST whose answer, when there is none, nobody knows.
  async post(client, path, fields) {
    let answer;
    this.posts++;
    try {
      answer = await client.post(path, fields);
    } catch (error) {
      this.unanswered.push({ client, path, fields });
      throw error;
    }
    if (answer.status === 503) {
      this.busy++;
      throw Object.assign(new Error('busy'), { isBusy: true });
    }
    assert.equal(answer.status, 303, `POST ${path}: ${answer.text.match(/<p class="lede">[^<]*|field-error">[^<]*/)?.[0]}`);
    return answer;
  }

  async visitorRaises(client) {
    const title = this.title();
    const raised = await this.post(client, '/raise', await client.raiseForm(title, { contact: `raiser${this.count}@example.org` }));
    const receipt = receiptOf(raised);
    this.told.set(receipt, { title, stage: 'raised' });
    const code = client.jar.get('demo-code');
    await this.post(client, raised.location, { ...await client.form(raised.location), code });
    this.told.get(receipt).stage = 'confirmed';
  }

  async personRaises(client, { isKept = false } = {}) {
    const title = this.title();
    const receipt = receiptOf(await this.post(client, '/raise', await client.raiseForm(title)));
    this.told.set(receipt, { title, stage: 'confirmed' });
    if (isKept || this.count % 2 === 0) return;
    const matter = (await client.get('/me')).text.match(new RegExp(`href="(/matters/\\d+)"[^>]*>${title}<`))?.[1];
    if (!matter) return; // further down than that page goes
    const form = await client.form(matter, `${matter}/act`, 'value="withdraw"');
    await this.post(client, `${matter}/act`, { ...form, act: 'withdraw', 'f.reason': 'It was mended' });
    this.told.get(receipt).stage = 'withdrawn';
  }

  async personFollows(client) {
    const matter = this.matters[this.posts % this.matters.length];
    const page = await client.get(matter);
    if (page.status === 503) throw Object.assign(new Error('busy'), { isBusy: true });
    const [what, is] = formOf(page.text, `${matter}/unfollow`) ? ['unfollow', false] : ['follow', true];
    const form = formOf(page.text, `${matter}/${what}`);
    assert.ok(form, `no form to follow on ${matter}`);
    this.follows.delete(matter); // until it is answered, both are right
    await this.post(client, `${matter}/${what}`, form);
    this.follows.set(matter, is);
  }

  // Everything that was acknowledged is there, and stands where it was said to stand.
  async isAllThere() {
    const receipts = [...this.told];
    await Promise.all([1, 2, 3, 4].map(async () => {
      const client = new Client(this.instance);
      for (let next = receipts.pop(); next; next = receipts.pop()) {
        const [receipt, { title, stage }] = next;
        const page = await lookUp(client, receipt);
        assert.equal(page.status, 200, `${title}: acknowledged with receipt ${receipt}, and gone`);
        assert.ok(page.text.includes(title), `receipt ${receipt} shows another matter than ${title}`);
        if (stage !== 'raised') assert.notEqual(page.state, 'Contact to be confirmed', `${title}: its confirmation is lost`);
        if (stage === 'withdrawn') assert.equal(page.state, 'Withdrawn', `${title}: its withdrawal is lost`);
      }
    }));
    for (const [matter, is] of this.follows) {
      const page = await this.person.get(matter);
      assert.equal(formOf(page.text, `${matter}/unfollow`) !== null, is, `${matter}: ${is ? 'followed' : 'left'}, and that is lost`);
    }
  }

  // A browser sends a form without an answer again: it counts once, whether it had arrived or not.
  async sendAgain() {
    for (const { client, path, fields } of this.unanswered.splice(0)) {
      const answer = await client.post(path, fields);
      if (answer.status === 503) {
      this.busy++;
      throw Object.assign(new Error('busy'), { isBusy: true });
    }
    assert.equal(answer.status, 303, `POST ${path} sent again`);
      if (path === '/raise') this.told.set(receiptOf(answer), { title: fields.title, stage: 'raised' });
    }
  }

  // Each matter with all that one act writes, and nothing twice.
  isWhole() {
    const wrong = (what, condition) => `SELECT '${what}', m.id FROM matter m WHERE m.source = '' AND ${condition}`;
    assert.deepEqual(this.instance.rows([
      wrong('raised twice', 'EXISTS (SELECT 1 FROM matter o WHERE o.title = m.title AND o.id <> m.id)'),
      wrong('no first entry', "NOT EXISTS (SELECT 1 FROM entry e WHERE e.matter = m.id AND e.act = 'raised')"),
      wrong('nothing of what was written', "m.body = ''"),
      wrong('unknown to the search', 'NOT EXISTS (SELECT 1 FROM search_doc s WHERE s.id = m.id)'),
      wrong('no clock', 'NOT EXISTS (SELECT 1 FROM clock k WHERE k.matter = m.id)'),
      wrong('not in the state of its last entry', 'm.state <> (SELECT e.to_state FROM entry e WHERE e.matter = m.id ORDER BY e.id DESC LIMIT 1)'),
      wrong('not as many acts on the record', '(SELECT COUNT(*) FROM entry e WHERE e.matter = m.id)'
        + " <> (SELECT COUNT(*) FROM ledger_entry l WHERE l.object_kind = 'matter' AND l.object = m.id)"),
      wrong('confirmed, and of nobody', "m.state <> 'unconfirmed' AND m.raiser IS NULL"),
      wrong('no code was sent', "m.state = 'unconfirmed' AND NOT EXISTS (SELECT 1 FROM contact_code k WHERE k.object = m.id)"),
    ].join(' UNION ALL ')), [], 'half-written matters');
  }
}

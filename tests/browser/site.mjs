// site -- how a person finds the way around: the words on the buttons, the forms and the acts of
// the talk-it-over procedure. When a page changes its words or its form, this file follows and the
// journeys stay as they are.

import assert from 'node:assert/strict';
import { press, visit } from './harness.mjs';

// Words the journeys look for. Only these: everything else is found by its role and its name.
export const words = {
  zh: {
    raise: /我有事要说/, next: /下一步/, send: /^提交/, edit: /修改/, received: /已收到/,
    wrongPassword: /不对|不正确/, locked: /暂停登录/, expired: /过期|重新/,
    merged: /已合并/, overdue: /逾期/, escalated: /逾期上报/,
    adopted: /^采纳/, declined: /未采纳/, notSatisfied: /不满意/, round: /重新办理/, tooEarly: /逐条答复/,
  },
  en: {
    raise: /Raise a matter/, next: /^Next/, send: /^Send/, edit: /Go back/, received: /Received/,
    wrongPassword: /not right|wrong|do not match/i, locked: /paused/i, expired: /expired|again/i,
    merged: /merged/i, overdue: /overdue/i, escalated: /escalated/i,
    adopted: /^Adopted/, declined: /Declined/, notSatisfied: /Not satisfied/i, round: /handled again/i, tooEarly: /every agreed point/,
  },
};

export const say = (page, key) => {
  assert.ok(key in words[page.lang], `no word for ${key}`);
  return words[page.lang][key];
};

// Who does what: roles as `shangliang demo` writes them into sign-ins.txt.
export const roles = ['resident', 'member', 'clerk', 'first_convener', 'executive_convener', 'committee_lead',
  'leader', 'assigner', 'handler', 'overseer', 'moderator', 'editor', 'auditor', 'system_admin',
  'security_admin', 'audit_admin'];

// The pages that everybody may see; the matters' own pages come from mattersByState().
export const publicPaths = ['/', '/raise', '/matters', '/search', '/search?q=%E5%85%BB%E8%80%81', '/plan', '/figures',
  '/mechanisms', '/procedures', '/sign-in', '/sign-in/code', '/receipt', '/paper', '/security', '/accessibility'];

// Those of one role only.
export const rolePaths = {
  resident: ['/me/password', '/me/contact'],
  clerk: ['/desk', '/desk/key-in', '/desk/behalf'],
  first_convener: ['/desk'], executive_convener: ['/desk'], committee_lead: ['/desk'], leader: ['/desk'],
  assigner: ['/desk'], overseer: ['/desk'], moderator: ['/desk'], editor: ['/desk'],
  handler: ['/inbox'], auditor: ['/audit'], audit_admin: ['/audit'], system_admin: ['/calendar'], security_admin: ['/people'],
};

// Those who have something to do on the page of a matter of the demonstration, or see more of it than everybody.
export const actingRoles = ['resident', 'member', 'clerk', 'first_convener', 'executive_convener', 'assigner', 'overseer', 'editor',
  'handler'];

// ---- forms ----

// The form that sends to an address ending so; opened first when it lies in a closed part.
export async function formTo(page, ending) {
  const form = page.locator(`main form[action$="${ending}"]`).first();
  await form.waitFor({ state: 'attached' });
  await unfold(form);
  return form;
}

async function unfold(form) {
  const fold = form.locator('xpath=ancestor::details[not(@open)]');
  if (await fold.count() > 0) await fold.first().locator('summary').first().click();
}

// Fill by the names of the fields: text, choice, tick or file, whatever it is. A list fills
// repeated fields in order.
export async function fill(form, values) {
  for (const [name, value] of Object.entries(values)) {
    const fields = form.locator(`[name="${name}"]`);
    assert.ok(await fields.count() > 0, `the form has no field ${name}`);
    const kind = await fields.first().evaluate((e) => (e.tagName === 'SELECT' ? 'select' : e.type));
    const list = Array.isArray(value) ? value : [value];
    if (kind === 'radio' || kind === 'checkbox') {
      for (const v of list) {
        if (v === true) await fields.first().check();
        else await form.locator(`[name="${name}"][value="${v}"]`).check();
      }
    } else if (kind === 'select') {
      await (value === 'first' ? chooseFirst(fields.first()) : fields.first().selectOption(value));
    } else if (kind === 'file') {
      await fields.first().setInputFiles(value);
    } else {
      for (const [i, v] of list.entries()) await fields.nth(i).fill(v);
    }
  }
}

async function chooseFirst(select) {
  const value = await select.locator('option:not([value=""])').first().getAttribute('value');
  await select.selectOption(value);
}

const mainButton = (form) => form.locator('button.button-primary, button:not([name]), button').first();

export async function send(page, form) {
  return press(page, mainButton(form));
}

// ---- signing in and out ----

export async function tryToSignIn(page, login, password) {
  await visit(page, '/sign-in');
  const form = await formTo(page, '/sign-in');
  await fill(form, { name: login, password });
  return send(page, form);
}

export async function signIn(page, server, role) {
  const person = server.person(role);
  await tryToSignIn(page, person.login, person.password);
  assert.doesNotMatch(new URL(page.url()).pathname, /^\/sign-in/, `${role} is not signed in`);
  return person;
}

// A page of its own for somebody of that role. Who signed in before on this server is known again
// by the cookie, as on a browser that was closed and opened.
export async function pageAs(t, server, role, options) {
  const page = await t.page(server, options);
  const cookies = server.cookies.get(role);
  if (cookies) {
    await page.context().addCookies(cookies);
  } else {
    await signIn(page, server, role);
    server.cookies.set(role, (await page.context().cookies()).filter((c) => c.httpOnly && c.name !== 'n'));
  }
  return page;
}

// ---- raising ----

// From the form over the page that shows it once more to the receipt; gives back the receipt number.
// The demonstration shows the code that would have been sent.
export async function raise(page, what) {
  await fillRaise(page, what);
  const form = await formTo(page, '/raise');
  await press(page, form.getByRole('button', { name: say(page, 'next') }).last());
  await press(page, page.locator('main').getByRole('button', { name: say(page, 'send') }));
  if (await page.locator('main [name="code"]').count() > 0) await confirm(page);
  const receipt = (await page.locator('.receipt-number').innerText()).trim();
  assert.match(receipt, /^[0-9A-Z]{5}-[0-9A-Z]{5}$/, 'a receipt number');
  return receipt;
}

export async function fillRaise(page, { title, body, points, contact = 'raiser@example.org', ...more }) {
  await visit(page, '/raise');
  let form = await formTo(page, '/raise');
  const values = { title, situation: body, point: points.slice(0, 1), ...more };
  if (await form.locator('[name="contact"]').count() > 0) values.contact = contact;
  await fill(form, values);
  for (let i = 1; i < points.length; i += 1) {
    if (await form.locator('[name="point"]').count() <= i) await addPoint(page, form);
    form = await formTo(page, '/raise');
    await form.locator('[name="point"]').nth(i).fill(points[i]);
  }
}

// With scripts a new row appears at once, without them the page comes back with one more.
async function addPoint(page, form) {
  const add = form.locator('button[name="add"]');
  if (page.scripts) await add.click();
  else await press(page, add);
}

async function confirm(page) {
  const code = (await page.locator('main').innerText()).match(/(?<![\d*])\d{6}(?!\d)/);
  assert.ok(code, 'the demonstration shows the code');
  const form = page.locator('main form[action^="/raise/confirm/"]');
  await fill(form, { code: code[0] });
  await send(page, form);
}

// Look up a receipt as anybody can; ends on the page with the progress.
export async function lookUp(page, receipt) {
  await visit(page, '/receipt');
  const form = await formTo(page, '/receipt');
  await fill(form, { number: receipt });
  return send(page, form);
}

// ---- matters ----

// One matter of each state that the list shows: Map of the state's name to the path.
export async function mattersByState(page) {
  await visit(page, '/matters');
  const found = await page.locator('main article').evaluateAll((items) => items.map((item) => [
    item.querySelector('.stamp')?.textContent.trim(), item.querySelector('a[href^="/matters/"]')?.getAttribute('href')]));
  const states = new Map();
  for (const [state, path] of found) if (path && !states.has(state)) states.set(state, path.split(/[?#]/)[0]);
  assert.ok(states.size > 1, 'matters of several states are listed');
  return states;
}

// The first page behind each list of the record.
export async function detailPaths(page) {
  const found = [];
  for (const list of ['/plan', '/figures', '/mechanisms', '/procedures']) {
    await visit(page, list);
    const link = page.locator(`main a[href^="${list}/"]`).first();
    assert.ok(await link.count() > 0, `${list} leads to nothing`);
    found.push(await link.getAttribute('href'));
  }
  return found;
}

export async function firstMatter(page) {
  return [...(await mattersByState(page)).values()][0];
}

// Find a matter by its title in one of the queues of the desk or inbox, or among one's own, and
// open it.
export async function openFrom(page, path, title) {
  await visit(page, path);
  const link = page.locator('main').getByRole('link', { name: title }).first();
  // Queues with a number behind them hold something; the one shown first need not be the right one.
  const queues = await page.locator('.desk-nav a').evaluateAll((all) => all
    .filter((a) => Number(a.querySelector('.count')?.textContent) > 0).map((a) => a.getAttribute('href')));
  for (const queue of queues) {
    if (await link.count() > 0) break;
    await visit(page, queue);
  }
  assert.ok(await link.count() > 0, `${path} does not list ${title}`);
  await press(page, link);
  await page.getByRole('heading', { level: 1, name: title }).waitFor();
  return new URL(page.url()).pathname;
}

// The form of an act of the procedure on the matter's page, unfolded; of a child (an assignment, an
// answer, an evaluation) the first one that is open.
export async function formOf(page, name, child = '') {
  const form = page.locator('main form[action$="/act"]')
    .filter({ has: page.locator(`input[name="act"][value="${name}"]`) })
    .filter({ has: page.locator(`input[name="type"][value="${child}"]`) }).first();
  assert.ok(await form.count() > 0, `no form for ${child} ${name} on ${page.url()}`);
  await unfold(form);
  return form;
}

// Do an act. Values are named as in the procedure; gives back the status of the answer, which is
// 200 unless something was refused.
export async function act(page, path, name, values = {}, child = '') {
  const status = await tryAct(page, path, name, values, child);
  assert.equal(status, 200, `${name} is answered with ${status}: ${(await page.locator('.field-error').allInnerTexts()).join(' | ')}`);
}

export async function tryAct(page, path, name, values = {}, child = '') {
  await visit(page, path);
  const form = await formOf(page, name, child);
  const { units, participants, ...plain } = values;
  if (units === 'first') await chooseUnits(form);
  for (const [i, [kind, who]] of (participants ?? []).entries()) {
    await form.locator(`[name="f.people-class.${i}"]`).selectOption(kind);
    await form.locator(`[name="f.people.${i}.participants"]`).fill(who);
  }
  await fill(form, Object.fromEntries(Object.entries(plain).map(([key, value]) => [`f.${key}`, value])));
  return send(page, form);
}

// The first unit of the list for every point.
async function chooseUnits(form) {
  const rows = form.locator('.unit-row').filter({ has: form.page().locator('.point-n') });
  assert.ok(await rows.count() > 0, 'a row for each point');
  for (let i = 0; i < await rows.count(); i += 1) await chooseFirst(rows.nth(i).locator('select[name$=".unit"]'));
}

// ---- the way of a matter through talk_it_over ----

// The day n days from today as YYYY-MM-DD, where the town is: there it may be tomorrow already.
export const day = (n) => new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' })
  .format(Date.now() + n * 86_400_000);

// Every step from raised to assigned: the act, who does it, what its form asks for, of which child.
export const steps = [
  ['propose', 'executive_convener', { criteria: ['public', 'concrete', 'local', 'several'], category: 'safety' }],
  ['approve', 'first_convener', {}],
  ['record_survey', 'clerk', { survey: 'Two visits, five households.' }],
  ['plan_session', 'clerk', {
    session_date: day(21), session_place: 'Meeting room', session_mode: 'room', convened_by: 'The convener',
    participants: [['resident', 'demo-resident']],
  }],
  ['give_notice', 'clerk', {}],
  ['open_early', 'clerk', { public_reason: 'Everybody can come today.' }],
  ['record_minutes', 'clerk', {
    recorded_by: 'The recorder', attendees: 'Stall holders, the office of roads', facts: 'Two lamps are broken.',
    points: ['A lamp at each corner', 'Repair the pavement'], dissent: 'Who pays for the second lamp is open.',
  }],
  ['confirm', 'resident', {}, 'confirmation'],
  ['finish_minutes', 'first_convener', {}],
  ['assign', 'assigner', { units: 'first' }],
];

export async function bringTo(t, server, path, last, options) {
  for (const [name, role, values, child] of steps) {
    const page = await pageAs(t, server, role, options);
    await act(page, path, name, values, child);
    await page.context().close();
    if (name === last) return;
  }
  assert.fail(`no step ${last}`);
}

// What the department does: accept, speak with the raiser, answer each point, send the reply. The
// last point is declined with a reason, the others are adopted.
export async function replyToAll(page, path, points = 2) {
  await visit(page, path);
  const waiting = page.locator('main input[name="act"][value="accept"]');
  while (await waiting.count() > 0) await act(page, path, 'accept', {}, 'assignment');
  await act(page, path, 'log', { mode: 'phone', date: day(0), note: 'Spoke about both corners.' }, 'contact');
  for (let i = 0; i < points; i += 1) {
    const isLast = i === points - 1;
    const forms = page.locator('main form[action$="/act"]')
      .filter({ has: page.locator('input[name="type"][value="answer"]') });
    assert.equal(await forms.count(), points, 'a form for each point');
    const form = forms.nth(i);
    await unfold(form);
    await fill(form, {
      'f.outcome': isLast ? 'declined' : 'adopted',
      'f.reason': isLast ? declinedReason : 'It is being done.',
      'f.owner': 'Office of roads',
    });
    assert.equal(await send(page, form), 200);
  }
  await act(page, path, 'submit_reply', {
    result_class: 'B', summary: 'One lamp is set up, the other is declined.', signer: 'Head of office', contact_person: 'Duty desk',
  });
}

export const declinedReason = 'Outside of what the city may decide.';

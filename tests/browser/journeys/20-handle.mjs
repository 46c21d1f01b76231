// The way of a matter through the office and the department, and back to its raiser.

import assert from 'node:assert/strict';
import { axe, expectText, journey, noHorizontalScroll, visit } from '../harness.mjs';
import { act, bringTo, declinedReason, formOf, lookUp, openFrom, pageAs, raise, replyToAll, say, tryAct } from '../site.mjs';

const matter = {
  title: 'No lamp at the corner of the market',
  body: 'Stalls close after dark and people stumble.',
  points: ['A lamp at each corner', 'Repair the pavement'],
};
const twin = { ...matter, title: 'The market corner is dark in the evening' };

// Raised by the demonstration's resident; gives back the matter's own address.
async function raised(t, server, what = matter) {
  const page = await pageAs(t, server, 'resident', { size: 'phone' });
  const receipt = await raise(page, what);
  const path = await openFrom(page, '/me', what.title);
  await page.context().close();
  return { path, receipt };
}

// The server on which the matter was brought to its unit: done once, copied for each journey that
// goes on from there.
let assigned = null;
const first = 'a matter is brought to its unit';

journey(first, async (t) => {
  const server = await t.server();
  const { path } = await raised(t, server);
  await bringTo(t, server, path, 'assign');
  assigned = { server, path };
}, { timeout: 240_000 });

async function atUnit(t) {
  assert.ok(assigned, first);
  return { server: await t.server({ as: assigned.server }), path: assigned.path };
}

async function replied(t) {
  const { server, path } = await atUnit(t);
  const handler = await pageAs(t, server, 'handler');
  await replyToAll(handler, await openFrom(handler, '/inbox', matter.title));
  const overseer = await pageAs(t, server, 'overseer');
  await act(overseer, path, 'release');
  return { server, path, handler };
}

journey('a clerk screens, merges and has it assigned', async (t) => {
  const server = await t.server();
  const one = await raised(t, server);
  const two = await raised(t, server, twin);

  const clerk = await pageAs(t, server, 'clerk');
  await visit(clerk, '/desk');
  await expectText(clerk, matter.title);
  const path = await openFrom(clerk, '/desk', twin.title);
  assert.equal(path, two.path);
  assert.equal(await tryAct(clerk, path, 'merge', { into: 'no such number' }), 422);
  assert.equal(await clerk.locator('[name="f.into"]').inputValue(), 'no such number');
  await act(clerk, path, 'merge', { into: one.receipt });
  await visit(clerk, path);
  await expectText(clerk, say(clerk, 'merged'));

  await bringTo(t, server, one.path, 'assign');

  // Public now; the merged one leads to the other, and its raiser finds the way by the receipt.
  const visitor = await t.page(server, { size: 'phone' });
  await visit(visitor, one.path);
  await expectText(visitor, matter.title);
  assert.equal(await lookUp(visitor, two.receipt), 200);
  await expectText(visitor, say(visitor, 'merged'));
  assert.ok(await visitor.locator(`a[href^="${one.path}"]`).count() > 0, 'a link to what it was merged into');
});

journey('a department replies point by point', async (t) => {
  const { server, path } = await atUnit(t);
  const handler = await pageAs(t, server, 'handler', { size: 'phone' });
  const own = await openFrom(handler, '/inbox', matter.title);
  assert.equal(own, path);

  // A reply before every point is answered is refused, what was typed stays, and nothing is sent.
  const early = { result_class: 'B', summary: 'Too early.', signer: 'Head of office', contact_person: 'Duty desk' };
  assert.ok([409, 422].includes(await tryAct(handler, own, 'submit_reply', early)));
  await expectText(handler, say(handler, 'tooEarly'));
  assert.equal(await handler.locator('[name="f.summary"]').inputValue(), early.summary);
  await axe(handler);
  await noHorizontalScroll(handler);

  await replyToAll(handler, own);
  const visitor = await t.page(server, { size: 'phone' });
  await visit(visitor, path);
  assert.equal(await visitor.getByText(declinedReason).count(), 0, 'not public before it is released');
  const overseer = await pageAs(t, server, 'overseer');
  await act(overseer, path, 'release');

  await visit(visitor, path);
  await expectText(visitor, say(visitor, 'adopted'));
  await expectText(visitor, say(visitor, 'declined'));
  await expectText(visitor, declinedReason);
  await axe(visitor);
  await noHorizontalScroll(visitor);
}, { after: first });

journey('the raiser is not satisfied and it comes back', async (t) => {
  const { server, path, handler } = await replied(t);

  const resident = await pageAs(t, server, 'resident', { size: 'phone' });
  await visit(resident, path);
  await formOf(resident, 'give', 'evaluation');
  await axe(resident);
  await act(resident, path, 'give', { overall: 'not_satisfied', remark: 'One corner is still dark.' }, 'evaluation');

  await openFrom(handler, '/inbox', matter.title);
  await expectText(handler, say(handler, 'round'));
  await formOf(handler, 'give', 'answer');
  // One answer is no result: it is not shown as a figure.
  const visitor = await t.page(server);
  await visit(visitor, path);
  assert.doesNotMatch(await visitor.locator('main').innerText(), /100\s*%/);
}, { after: first });

journey('an overdue reply escalates when the clock moves on', async (t) => {
  const { server, path } = await atUnit(t);

  await server.restart({ clock: new Date(Date.now() + 100 * 86_400_000).toISOString() });
  // The jobs look at the clocks at once; give them a moment.
  const visitor = await t.page(server);
  const spine = visitor.locator('.spine');
  for (let i = 0; i < 40; i += 1) {
    await visit(visitor, path);
    if (say(visitor, 'escalated').test(await spine.innerText())) break;
    await visitor.waitForTimeout(250);
  }
  assert.match(await spine.innerText(), say(visitor, 'overdue'));
  assert.match(await spine.innerText(), say(visitor, 'escalated'));
  await expectText(visitor, say(visitor, 'overdue'));
  const overseer = await pageAs(t, server, 'overseer');
  await openFrom(overseer, '/desk', matter.title);
  const handler = await pageAs(t, server, 'handler');
  await openFrom(handler, '/inbox', matter.title);
  await visit(handler, '/inbox?box=hand');
  await expectText(handler, say(handler, 'overdue'));
  await axe(handler);
  // Everybody concerned is written to, and each letter once.
  const letters = server.rows("SELECT channel || ' ' || subject FROM outbox WHERE subject LIKE '%' || '" + matter.title + "' || '%'");
  assert.ok(letters.length >= 3, `letters in the outbox: ${letters.join(' | ')}`);
  assert.deepEqual(server.rows('SELECT key FROM outbox GROUP BY key HAVING count(*) > 1'), []);
}, { after: first });

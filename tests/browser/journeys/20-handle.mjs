// The way of a matter through the office and the department, and back to its raiser.

import assert from 'node:assert/strict';
import { expectText, journey, visit } from '../harness.mjs';
import { act, bringTo, declinedReason, formOf, lookUp, openFromQueue, pageAs, raise, replyToAll, say } from '../site.mjs';

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
  await page.context().close();
  const clerk = await pageAs(t, server, 'clerk');
  const path = await openFromQueue(clerk, '/desk', what.title);
  await clerk.context().close();
  return { path, receipt };
}

journey('a clerk screens, merges and has it assigned', async (t) => {
  const server = await t.server();
  const one = await raised(t, server);
  const two = await raised(t, server, twin);

  const clerk = await pageAs(t, server, 'clerk');
  await visit(clerk, '/desk');
  await expectText(clerk, matter.title);
  await expectText(clerk, twin.title);
  await act(clerk, two.path, 'merge', { into: one.receipt });
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
  const server = await t.server();
  const { path } = await raised(t, server);
  await bringTo(t, server, path, 'assign');

  const handler = await pageAs(t, server, 'handler');
  const own = await openFromQueue(handler, '/inbox', matter.title);

  // A reply before every point is answered is refused, and nothing is sent.
  await assert.rejects(act(handler, own, 'submit_reply', {
    result_class: 'first', summary: 'Too early.', signer: 'Head of office', contact_person: 'Duty desk',
  }));
  await replyToAll(handler, own);
  const overseer = await pageAs(t, server, 'overseer');
  await act(overseer, path, 'release');

  const visitor = await t.page(server, { size: 'phone' });
  await visit(visitor, path);
  await expectText(visitor, say(visitor, 'adopted'));
  await expectText(visitor, say(visitor, 'declined'));
  await expectText(visitor, declinedReason);
});

journey('the raiser is not satisfied and it comes back', async (t) => {
  const server = await t.server();
  const { path } = await raised(t, server);
  await bringTo(t, server, path, 'assign');
  const handler = await pageAs(t, server, 'handler');
  await replyToAll(handler, await openFromQueue(handler, '/inbox', matter.title));
  const overseer = await pageAs(t, server, 'overseer');
  await act(overseer, path, 'release');

  const resident = await pageAs(t, server, 'resident', { size: 'phone' });
  await visit(resident, path);
  await formOf(resident, 'give', 'evaluation');
  await act(resident, path, 'give', { overall: 'not_satisfied', remark: 'One corner is still dark.' }, 'evaluation');

  await openFromQueue(handler, '/inbox', matter.title);
  await expectText(handler, say(handler, 'round2'));
  // One answer is no result: it is not shown as a figure.
  const visitor = await t.page(server);
  await visit(visitor, path);
  assert.doesNotMatch(await visitor.locator('main').innerText(), /100\s*%/);
});

journey('an overdue reply escalates when the clock moves on', async (t) => {
  const server = await t.server();
  const { path } = await raised(t, server);
  await bringTo(t, server, path, 'assign');

  await server.restart({ clock: new Date(Date.now() + 200 * 86_400_000).toISOString() });
  // The jobs look at the clocks at once; give them a moment.
  const visitor = await t.page(server);
  for (let i = 0; i < 20; i += 1) {
    await visit(visitor, path);
    if (say(visitor, 'overdue').test(await visitor.locator('main').innerText())) break;
    await visitor.waitForTimeout(250);
  }
  await expectText(visitor, say(visitor, 'overdue'));
  await expectText(visitor, say(visitor, 'escalated'));
  const overseer = await pageAs(t, server, 'overseer');
  await openFromQueue(overseer, '/desk', matter.title);
});

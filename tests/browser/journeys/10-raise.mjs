// A resident, a phone, two minutes, no account, no scripts.

import assert from 'node:assert/strict';
import { axe, expectText, journey, largeTargets, noHorizontalScroll, press, visit } from '../harness.mjs';
import { fillRaise, formTo, lookUp, raise, say } from '../site.mjs';

const matter = {
  title: 'The crossing at the school has no lamp',
  body: 'Children cross in the dark from November to February.',
  points: ['Set up a lamp on both sides', 'Paint the crossing anew', 'Cut the hedge beside it'],
};

journey('a resident raises a matter on a phone without scripts', async (t) => {
  const server = await t.server();
  const page = await t.page(server, { size: 'phone', scripts: false });

  await visit(page, '/');
  await noHorizontalScroll(page);
  await press(page, page.getByRole('link', { name: say(page, 'raise') }).first());
  assert.equal(new URL(page.url()).pathname, '/raise');
  await largeTargets(page);

  const receipt = await raise(page, matter);
  await expectText(page, say(page, 'received'));
  await noHorizontalScroll(page);

  // Not public before it was screened, and yet never lost: the receipt finds it, however it is typed.
  await visit(page, '/matters');
  assert.equal(await page.getByText(matter.title).count(), 0);
  for (const typed of [receipt, receipt.replace('-', '').toLowerCase()]) {
    assert.equal(await lookUp(page, typed), 200);
    await expectText(page, matter.title);
  }
  await noHorizontalScroll(page);
});

journey('what was typed is still there after a mistake, and when one goes back to change it', async (t) => {
  const server = await t.server();
  for (const scripts of [false, true]) {
    const page = await t.page(server, { size: 'phone', scripts });
    await fillRaise(page, { ...matter, title: '' });
    const next = () => page.locator('main form').getByRole('button', { name: say(page, 'next') }).last();
    assert.equal(await press(page, next()), 422);
    assert.equal(await page.locator('[name="situation"]').inputValue(), matter.body);
    for (const [i, point] of matter.points.entries()) {
      assert.equal(await page.locator('[name="point"]').nth(i).inputValue(), point);
    }
    assert.equal(await page.locator('[name="title"]').getAttribute('aria-invalid'), 'true');
    if (scripts) await axe(page);

    await page.locator('[name="title"]').fill(matter.title);
    await press(page, next());
    await expectText(page, matter.points[2]);
    await noHorizontalScroll(page);
    if (scripts) await axe(page);
    await press(page, page.locator('main').getByRole('button', { name: say(page, 'edit') }));
    assert.equal(await page.locator('[name="title"]').inputValue(), matter.title);
    assert.equal(await page.locator('[name="point"]').nth(2).inputValue(), matter.points[2]);
  }
});

journey('a wrong code confirms nothing', async (t) => {
  const server = await t.server();
  const page = await t.page(server, { size: 'phone' });
  await fillRaise(page, matter);
  await press(page, (await formTo(page, '/raise')).getByRole('button', { name: say(page, 'next') }).last());
  await press(page, page.locator('main').getByRole('button', { name: say(page, 'send') }));
  const shown = (await page.locator('main').innerText()).match(/(?<![\d*])\d{6}(?!\d)/)[0];
  await page.locator('[name="code"]').fill(shown === '000000' ? '000001' : '000000');
  assert.equal(await press(page, page.locator('main form button').first()), 422);
  assert.equal(await page.locator('[name="code"]').getAttribute('aria-invalid'), 'true');
  await axe(page);
  await page.locator('[name="code"]').fill(shown);
  assert.equal(await press(page, page.locator('main form button').first()), 200);
  await page.locator('.receipt-number').waitFor();
  await axe(page);
});

journey('sending a form twice has one effect', async (t) => {
  const server = await t.server();
  const page = await t.page(server, { size: 'phone', scripts: false });
  const receipt = await raise(page, matter);
  await page.goBack();
  const button = page.locator('main form button.button-primary');
  if (await button.count() > 0) await press(page, button.first());
  await expectText(page, receipt);
});

journey('a matter like it is shown while one types', async (t) => {
  const server = await t.server();
  const page = await t.page(server, { size: 'phone' });
  await visit(page, '/raise');
  await page.locator('[name="title"]').pressSequentially('智慧养老');
  await page.locator('#similar a').first().waitFor();
  await axe(page);
  await noHorizontalScroll(page);
});

journey('an address that is nobody’s, or somebody else’s, is not found', async (t) => {
  const server = await t.server();
  const page = await t.page(server);
  const hidden = await raise(page, { ...matter, contact: 'somebody@example.org' });
  await visit(page, '/matters/1', 404);
  await axe(page);
  await visit(page, '/matters/999999999999999999', 404);
  await visit(page, '/matters/%00', 400);
  assert.equal(await lookUp(page, hidden.replace(/.$/, (c) => (c === '0' ? '1' : '0'))), 404);
  await axe(page);
});

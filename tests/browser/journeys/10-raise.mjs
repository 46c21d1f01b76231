// A resident, a phone, two minutes, no account, no scripts.

import assert from 'node:assert/strict';
import { axe, expectText, journey, largeTargets, noHorizontalScroll, press, visit } from '../harness.mjs';
import { fill, firstMatter, formTo, lookUp, raise, say } from '../site.mjs';

const matter = {
  title: 'The crossing at the school has no lamp',
  body: 'Children cross in the dark from November to February.',
  points: ['Set up a lamp on both sides', 'Paint the crossing anew'],
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

  // Not public before it was screened, and yet never lost: the receipt finds it.
  await visit(page, '/matters');
  assert.equal(await page.getByText(matter.title).count(), 0);
  assert.equal(await lookUp(page, receipt), 200);
  await expectText(page, matter.title);
});

journey('what was typed is still there after a mistake', async (t) => {
  const server = await t.server();
  for (const scripts of [false, true]) {
    const page = await t.page(server, { size: 'phone', scripts });
    await visit(page, '/raise');
    const form = await formTo(page, '/raise');
    await form.evaluate((e) => { e.noValidate = true; });
    await fill(form, { title: '', body: matter.body, point: matter.points.slice(0, 1) });
    assert.equal(await press(page, form.getByRole('button', { name: say(page, 'next') })), 422);
    await expectText(page, say(page, 'kept'));
    assert.equal(await page.locator('[name="body"]').inputValue(), matter.body);
    assert.equal(await page.locator('[name="point"]').first().inputValue(), matter.points[0]);
    assert.equal(await page.locator('[name="title"]').getAttribute('aria-invalid'), 'true');
    if (scripts) await axe(page);
  }
});

journey('sending a form twice has one effect', async (t) => {
  const server = await t.server();
  const page = await t.page(server, { size: 'phone', scripts: false });
  const receipt = await raise(page, matter);
  await page.goBack();
  const buttons = page.locator('main form button.button-primary');
  if (await buttons.count() > 0) await press(page, buttons.first());
  const text = await page.locator('body').innerText();
  const others = (text.match(/SL-[0-9A-Z-]+/g) ?? []).filter((r) => r !== receipt);
  assert.deepEqual(others, [], 'no second receipt');
});

journey('an address of somebody else’s matter is not found', async (t) => {
  const server = await t.server();
  const page = await t.page(server);
  const path = await firstMatter(page);
  await visit(page, '/matters/1', 404);
  await visit(page, `${path}7777`, 404);
  await visit(page, '/matters/%00', 404).catch(() => visit(page, '/matters/%00', 400));
});

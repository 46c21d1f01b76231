// Every main page as every role sees it: phone and desktop, both languages, plain, large type, dark.

import assert from 'node:assert/strict';
import { everything } from '../everything.mjs';
import { axe, journey, largeTargets, noHorizontalScroll, visit } from '../harness.mjs';
import { actingRoles, detailPaths, mattersByState, pageAs, publicPaths, rolePaths, roles, say } from '../site.mjs';

// Into how many parts the walk of the roles is cut, so that they go beside each other.
const parts = 8;

// What is here in Chinese is looked at in English in the same way where it is read for Chinese left
// over (40-english.mjs).

journey('every public page is accessible', async (t) => {
  const server = await t.server();
  const page = await t.page(server);
  const matters = [...(await mattersByState(page)).values()];
  for (const path of [...publicPaths, ...(await detailPaths(page)), ...matters, `${matters[0]}/print`]) {
    await t.check(path, () => everything(page, path));
  }
  await t.check('an error', () => everything(page, '/nowhere', { status: 404 }));
}, { timeout: 240_000 });

for (let part = 0; part < parts; part += 1) {
  journey(`every role’s own pages are accessible, part ${part + 1} of ${parts}`, async (t) => {
    const server = await t.server();
    const states = await mattersByState(await t.page(server));
    for (const role of roles.filter((_, i) => i % parts === part)) {
      const page = await pageAs(t, server, role);
      const matters = actingRoles.includes(role) ? [...states.values()] : [];
      for (const path of ['/me', ...(rolePaths[role] ?? []), ...matters]) {
        await t.check(`${role} ${path}`, () => everything(page, path));
      }
      await page.context().close();
    }
  }, { timeout: 240_000 });
}

journey('large type chosen stays chosen', async (t) => {
  const server = await t.server();
  const page = await t.page(server, { size: 'phone' });
  await visit(page, '/?large=1');
  await visit(page, '/matters');
  assert.match(await page.locator('html').getAttribute('class'), /large/);
  await axe(page);
  await visit(page, '/matters?large=0');
  await visit(page, '/matters');
  assert.equal(await page.locator('html').getAttribute('class'), null);
});

journey('every page works with scripts off', async (t) => {
  const server = await t.server();
  const look = async (page, path) => {
    await visit(page, path);
    await noHorizontalScroll(page);
    await largeTargets(page);
    // Nothing waits for a script that will not come, and no button does nothing.
    const idle = await page.locator('button[type="button"]').filter({ visible: true }).count();
    assert.equal(idle, 0, 'a button that needs a script');
  };
  const page = await t.page(server, { size: 'phone', scripts: false });
  const matters = [...(await mattersByState(page)).values()];
  for (const path of [...publicPaths, ...(await detailPaths(page)), ...matters]) await t.check(path, () => look(page, path));
  for (const role of ['clerk', 'handler', 'assigner', 'resident', 'system_admin']) {
    const own = await pageAs(t, server, role, { size: 'phone', scripts: false });
    for (const path of ['/me', ...(rolePaths[role] ?? []), ...matters]) await t.check(`${role} ${path}`, () => look(own, path));
    await own.context().close();
  }
});

journey('the keyboard alone is enough', async (t) => {
  const server = await t.server();
  const page = await t.page(server);
  await visit(page, '/');
  await page.keyboard.press('Tab');
  const skip = page.locator(':focus');
  assert.equal(await skip.getAttribute('href'), '#main', 'the first stop is the link to the content');
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'main');
  for (const path of ['/', '/raise', '/matters', '/sign-in']) await t.check(`stops of ${path}`, () => stopsAreSeen(page, path));

  // A matter raised without a mouse, as far as the page that shows it once more.
  await visit(page, '/raise');
  const type = async (name, text) => {
    for (let i = 0; i < 40; i += 1) {
      if (await page.evaluate((n) => document.activeElement.name === n, name)) break;
      await page.keyboard.press('Tab');
    }
    await page.keyboard.type(text);
  };
  await type('title', 'A step too high at the library door');
  await type('situation', 'Wheelchairs cannot get in.');
  await type('point', 'Build a ramp');
  await type('contact', 'somebody@example.org');
  await page.keyboard.press('Enter');
  await page.waitForLoadState();
  await page.locator('.summary-list').waitFor();
  assert.equal(await page.getByRole('button', { name: say(page, 'send') }).count(), 1);
});

// Each stop of the keyboard shows where it is, and none is hidden.
async function stopsAreSeen(page, path) {
  await visit(page, path);
  for (let i = 0; i < 25; i += 1) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate(() => {
      const e = document.activeElement;
      if (e === document.body) return null;
      const s = getComputedStyle(e);
      const box = e.getBoundingClientRect();
      return { seen: (s.outlineStyle !== 'none' || s.boxShadow !== 'none') && box.width > 1, html: e.outerHTML.slice(0, 80) };
    });
    if (!stop) return;
    assert.ok(stop.seen, `stop ${i + 1} of the keyboard cannot be seen: ${stop.html}`);
  }
}

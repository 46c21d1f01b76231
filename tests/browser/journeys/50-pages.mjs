// Every main page as every role sees it: phone and desktop, both languages, plain, large type, dark.

import assert from 'node:assert/strict';
import { axe, journey, largeTargets, noHorizontalScroll, noTrouble, validHtml, visit } from '../harness.mjs';
import { actingRoles, detailPaths, mattersByState, pageAs, publicPaths, rolePaths, roles, say } from '../site.mjs';

const phone = { width: 360, height: 740 };
const desktop = { width: 1240, height: 900 };
// What the width of a page can change.
const seen = ['color-contrast', 'target-size', 'scrollable-region-focusable'];
// Into how many parts the walk of the roles is cut, so that they go beside each other.
const parts = { zh: 8, en: 4 };

// One page, loaded once and then seen at every size and in every mode. What size, mode and language
// cannot change is looked at once: colours in Chinese.
async function everything(page, path, { status = 200 } = {}) {
  const colours = page.lang === 'zh';
  await page.setViewportSize(phone);
  const answer = await visit(page, path, status);
  await validHtml(await answer.text(), path);
  assert.equal(await page.locator('h1').count(), 1, 'one h1');
  await noHorizontalScroll(page);
  await openEverything(page);
  await noHorizontalScroll(page);
  await largeTargets(page);
  await axe(page);
  if (colours) {
    await page.emulateMedia({ colorScheme: 'dark' });
    await axe(page, { where: `${page.url()} in the dark`, rules: ['color-contrast'] });
    await page.emulateMedia({ colorScheme: 'light' });
  }
  await page.setViewportSize(desktop);
  await noHorizontalScroll(page);
  if (colours) await axe(page, { where: `${page.url()} on a desktop`, rules: seen });
  await inLargeType(page, colours);
  noTrouble(page);
}

// Folds, menus, added rows: whatever opens when it is pressed.
async function openEverything(page) {
  await page.evaluate(() => {
    for (const fold of document.querySelectorAll('details:not([open])')) fold.open = true;
    for (const b of document.querySelectorAll('button[data-row-add], button[type="button"]:not([data-print])')) {
      if (b.offsetParent) b.click();
    }
  });
}

// The class is all that the server changes but for one link; that it does is seen below.
async function inLargeType(page, colours) {
  await page.evaluate(() => document.documentElement.classList.add('large'));
  for (const size of [desktop, phone]) {
    await page.setViewportSize(size);
    await noHorizontalScroll(page, `${page.url()} in large type, ${size.width} px`);
  }
  await largeTargets(page, 60);
  const type = await page.locator('main').first().evaluate((e) => parseFloat(getComputedStyle(e).fontSize));
  assert.ok(type >= 22, `${type} px in large type`);
  if (colours) await axe(page, { where: `${page.url()} in large type`, rules: seen });
}

for (const lang of ['zh', 'en']) {
  journey(`every public page is accessible: ${lang}`, async (t) => {
    const server = await t.server();
    const page = await t.page(server, { lang });
    const states = await mattersByState(page);
    const matters = [...states.values()];
    for (const path of [...publicPaths, ...(await detailPaths(page)), ...matters, `${matters[0]}/print`]) {
      await t.check(path, () => everything(page, path));
    }
    await t.check('an error', () => everything(page, '/nowhere', { status: 404 }));
  }, { timeout: 120_000 });

  for (let part = 0; part < parts[lang]; part += 1) {
    journey(`every role’s own pages are accessible: ${lang}, part ${part + 1} of ${parts[lang]}`, async (t) => {
      const server = await t.server();
      const states = await mattersByState(await t.page(server));
      for (const role of roles.filter((_, i) => i % parts[lang] === part)) {
        const page = await pageAs(t, server, role, { lang });
        // What a role may do on a matter's page is looked at in one language.
        const matters = lang === 'zh' && actingRoles.includes(role) ? [...states.values()] : [];
        for (const path of ['/me', ...(rolePaths[role] ?? []), ...matters]) {
          await t.check(`${role} ${path}`, () => everything(page, path));
        }
        await page.context().close();
      }
    }, { timeout: 240_000 });
  }
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

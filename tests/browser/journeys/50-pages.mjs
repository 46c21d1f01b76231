// Every main page, every role, phone and desktop, both languages, plain, large type and dark.

import assert from 'node:assert/strict';
import { axe, journey, largeTargets, noHorizontalScroll, noTrouble, validHtml, visit } from '../harness.mjs';
import { deskRoles, firstMatter, pageAs, publicPaths, roles, say } from '../site.mjs';

const modes = ['plain', 'large', 'dark'];

async function turnLarge(page) {
  await visit(page, '/?type=large');
}

async function everything(page, path, mode) {
  const answer = await visit(page, path);
  await validHtml(await answer.text(), path);
  await axe(page);
  await noHorizontalScroll(page);
  await largeTargets(page, mode === 'large' ? 60 : 44);
  if (mode === 'large') {
    const size = await page.locator('main').evaluate((e) => parseFloat(getComputedStyle(e).fontSize));
    assert.ok(size >= 22, `${size} px in large type`);
  }
  assert.equal(await page.locator('h1').count(), 1, 'one h1');
  await pressEverything(page);
  noTrouble(page);
}

// What opens when a button is pressed must stand the same checks: menus, folds, added rows.
async function pressEverything(page) {
  const buttons = page.locator('summary, button[type="button"]').filter({ visible: true });
  const count = Math.min(await buttons.count(), 12);
  for (let i = 0; i < count; i += 1) {
    const button = buttons.nth(i);
    if (await button.isVisible() && !(await button.getAttribute('data-print') !== null)) {
      await button.click({ timeout: 2_000 }).catch(() => {});
    }
  }
  if (count > 0) {
    await axe(page, `${page.url()} after ${count} buttons were pressed`);
    await noHorizontalScroll(page);
  }
}

for (const lang of ['zh', 'en']) {
  for (const size of ['phone', 'desktop']) {
    journey(`every public page is accessible: ${size} ${lang}`, async (t) => {
      const server = await t.server();
      for (const mode of modes) {
        const page = await t.page(server, { size, lang, dark: mode === 'dark' });
        const matter = await firstMatter(page);
        if (mode === 'large') await turnLarge(page);
        for (const path of [...publicPaths, matter, `${matter}/print`]) {
          await t.check(`${mode} ${path}`, () => everything(page, path, mode));
        }
        await page.context().close();
      }
    }, { timeout: 300_000 });
  }
}

journey('every role’s own pages are accessible', async (t) => {
  const server = await t.server();
  for (const role of roles) {
    for (const [size, lang, mode] of [['phone', 'zh', 'plain'], ['desktop', 'en', 'dark'], ['phone', 'en', 'large']]) {
      const page = await pageAs(t, server, role, { size, lang, dark: mode === 'dark' });
      if (mode === 'large') await turnLarge(page);
      const paths = ['/me', await firstMatter(page)];
      if (deskRoles.includes(role)) paths.push('/desk');
      if (role === 'handler') paths.push('/inbox');
      for (const path of paths) {
        await t.check(`${role} ${size} ${lang} ${mode} ${path}`, () => everything(page, path, mode));
      }
      await page.context().close();
    }
  }
}, { timeout: 600_000 });

journey('every public page works with scripts off', async (t) => {
  const server = await t.server();
  const page = await t.page(server, { size: 'phone', scripts: false });
  const matter = await firstMatter(page);
  for (const path of [...publicPaths, matter]) {
    await t.check(path, async () => {
      await visit(page, path);
      await noHorizontalScroll(page);
      await largeTargets(page);
      // The way to the other pages is there, and nothing waits for a script that will not come.
      assert.ok(await page.getByRole('link', { name: say(page, 'raise') }).count() > 0);
      assert.equal(await page.getByText(/loading|加载中/i).filter({ visible: true }).count(), 0);
    });
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
  // Each stop shows where it is.
  for (let i = 0; i < 12; i += 1) {
    await page.keyboard.press('Tab');
    const seen = await page.evaluate(() => {
      const e = document.activeElement;
      if (e === document.body) return true;
      const s = getComputedStyle(e);
      return s.outlineStyle !== 'none' || s.boxShadow !== 'none';
    });
    assert.ok(seen, `stop ${i + 1} of the keyboard cannot be seen`);
  }
});

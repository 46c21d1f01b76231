// Everything again in English: no Chinese is left but what people wrote and what has no other name.

import assert from 'node:assert/strict';
import { expectText, journey, noHorizontalScroll, visit } from '../harness.mjs';
import { firstMatter, lookUp, pageAs, publicPaths, raise, say } from '../site.mjs';

// Text of the page's own parts: without what is marked as being in another language.
async function ownText(page) {
  return page.evaluate(() => {
    const copy = document.body.cloneNode(true);
    for (const e of copy.querySelectorAll('[lang^="zh"], script, style, template')) e.remove();
    return `${document.title}\n${copy.innerText ?? copy.textContent}`;
  });
}

journey('every page is there in English', async (t) => {
  const server = await t.server();
  const page = await t.page(server, { lang: 'en' });
  const matter = await firstMatter(page);
  for (const path of [...publicPaths, matter]) {
    await t.check(path, async () => {
      await visit(page, path);
      assert.match(await page.locator('html').getAttribute('lang'), /^en/);
      const found = (await ownText(page)).split('\n').filter((line) => say(page, 'noChinese').test(line));
      assert.equal(found.length, 0, `Chinese not marked with lang="zh": ${found.slice(0, 5).join(' | ')}`);
    });
  }
  for (const [role, path] of [['resident', '/me'], ['clerk', '/desk'], ['handler', '/inbox']]) {
    await t.check(`${role} ${path}`, async () => {
      const own = await pageAs(t, server, role, { lang: 'en' });
      await visit(own, path);
      const found = (await ownText(own)).split('\n').filter((line) => say(own, 'noChinese').test(line));
      assert.equal(found.length, 0, `Chinese not marked with lang="zh": ${found.slice(0, 5).join(' | ')}`);
    });
  }
});

journey('a resident raises a matter in English', async (t) => {
  const server = await t.server();
  const page = await t.page(server, { size: 'phone', lang: 'en' });
  const title = 'The bus does not stop at the clinic';
  const receipt = await raise(page, { title, body: 'Older people walk a kilometre.', points: ['Add a stop', 'Add a bench'] });
  await expectText(page, say(page, 'received'));
  await noHorizontalScroll(page);
  assert.equal(await lookUp(page, receipt), 200);
  await expectText(page, title);
});

journey('the language chosen stays chosen', async (t) => {
  const server = await t.server();
  const page = await t.page(server, { lang: 'zh' });
  await visit(page, '/');
  await visit(page, '/?lang=en');
  await visit(page, '/plan');
  assert.match(await page.locator('html').getAttribute('lang'), /^en/);
  await visit(page, '/?lang=zh');
  await visit(page, '/plan');
  assert.match(await page.locator('html').getAttribute('lang'), /^zh/);
});

// Everything again in English: no Chinese is left but what people wrote and what has no other name.

import assert from 'node:assert/strict';
import { expectText, journey, noHorizontalScroll, press, visit } from '../harness.mjs';
import { act, bringTo, declinedReason, detailPaths, lookUp, mattersByState, openFrom, pageAs, publicPaths, raise, replyToAll, rolePaths,
  say } from '../site.mjs';

// What is the page's own: labels, headings, buttons, hints. Records, and what people wrote, stand in
// their own language; they are named here by the places where they stand.
const records = ['.ribbon', '.statement', '.prose', '.point-text', 'article', '.item', '.rows', '.items', '.figure', '.mechanisms',
  '.year', '.table', '.crumbs', '.foot-note', '.matter-head', '.chip', '.facts dd', '.answer dd', 'mark', '.spine .meta',
  '.spine .pre-line', 'option', '.plan', '.who', '.account', '.tags', '.act > summary .hint', '.unit-row > p', '[lang^="zh"]', 'script', 'style', 'code'];

async function chineseOn(page) {
  return page.evaluate((places) => {
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const text = walker.currentNode.textContent.trim();
      if (/[\u3400-\u9fff]/.test(text) && !walker.currentNode.parentElement.closest(places)) {
        found.push(`${text.slice(0, 60)} (in ${walker.currentNode.parentElement.outerHTML.slice(0, 60)})`);
      }
    }
    for (const e of document.querySelectorAll('[aria-label], [placeholder], [title]')) {
      const text = ['aria-label', 'placeholder', 'title'].map((a) => e.getAttribute(a) ?? '').join(' ');
      if (/[\u3400-\u9fff]/.test(text)) found.push(text.slice(0, 60));
    }
    return found.slice(0, 6);
  }, records.join(', '));
}

async function isEnglish(page, path) {
  await visit(page, path);
  assert.equal(await page.locator('html').getAttribute('lang'), 'en');
  assert.deepEqual(await chineseOn(page), [], `Chinese on ${path}`);
}

journey('every page is there in English', async (t) => {
  const server = await t.server();
  const page = await t.page(server, { lang: 'en' });
  const matters = [...(await mattersByState(page)).values()];
  for (const path of [...publicPaths, ...(await detailPaths(page)), ...matters, `${matters[0]}/print`]) {
    await t.check(path, () => isEnglish(page, path));
  }
  for (const [role, paths] of Object.entries(rolePaths)) {
    const own = await pageAs(t, server, role, { lang: 'en' });
    for (const path of ['/me', ...paths, ...matters]) await t.check(`${role} ${path}`, () => isEnglish(own, path));
    await own.context().close();
  }
});

journey('a matter goes its whole way in English', async (t) => {
  const server = await t.server();
  const en = { lang: 'en' };
  const title = 'The bus does not stop at the clinic';
  const visitor = await t.page(server, { size: 'phone', ...en });
  const receipt = await raise(visitor, { title, body: 'Older people walk a kilometre.', points: ['Add a stop', 'Add a bench'] });
  await expectText(visitor, say(visitor, 'received'));
  assert.equal(await lookUp(visitor, receipt), 200);
  await expectText(visitor, title);
  await noHorizontalScroll(visitor);

  const clerk = await pageAs(t, server, 'clerk', en);
  const path = await openFrom(clerk, '/desk', title);
  await bringTo(t, server, path, 'assign', en);
  const handler = await pageAs(t, server, 'handler', en);
  await replyToAll(handler, await openFrom(handler, '/inbox', title));
  const overseer = await pageAs(t, server, 'overseer', en);
  await act(overseer, path, 'release');
  await visit(visitor, path);
  await expectText(visitor, say(visitor, 'adopted'));
  await expectText(visitor, say(visitor, 'declined'));
  await expectText(visitor, declinedReason);
  await isEnglish(visitor, path);
  await noHorizontalScroll(visitor);

  const resident = await pageAs(t, server, 'resident', { size: 'phone', ...en });
  await act(resident, path, 'give', { overall: 'not_satisfied' }, 'evaluation');
});

journey('the language chosen stays chosen', async (t) => {
  const server = await t.server();
  const page = await t.page(server, { lang: 'zh' });
  await visit(page, '/plan');
  const lang = () => page.locator('html').getAttribute('lang');
  await press(page, page.locator('.tools a[hreflang="en"]'));
  assert.equal(new URL(page.url()).pathname, '/plan', 'the same page in the other language');
  assert.equal(await lang(), 'en');
  await visit(page, '/figures');
  assert.equal(await lang(), 'en');
  await press(page, page.locator('.tools a[hreflang^="zh"]'));
  await visit(page, '/plan');
  assert.match(await lang(), /^zh/);
});

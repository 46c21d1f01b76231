// Everything again in English: no Chinese is left but what people wrote and what has no other name.

import assert from 'node:assert/strict';
import { everything } from '../everything.mjs';
import { expectText, journey, noHorizontalScroll, press, visit } from '../harness.mjs';
import { act, actingRoles, bringTo, declinedReason, detailPaths, lookUp, mattersByState, openFrom, pageAs, publicPaths, raise, replyToAll, rolePaths,
  roles, say } from '../site.mjs';

// Places where records and people's own words stand, in their own language.
const records = ['.statement', '.prose', '.point-text', '.item-text', '.figure', '.mechanisms', '.year', '.pre-line', 'mark',
  '.acts .hint', '.unit-row > p', 'option', '.answer dd', '.crumbs', '[lang^="zh"]', 'script', 'style', 'code'];

// Names of people, the titles of matters and what was typed in a line have no other name; they may
// stand anywhere. Bodies have an English one.
function namesOf(server) {
  return server.rows('SELECT title FROM matter UNION SELECT name FROM person UNION SELECT shown_name FROM person UNION SELECT raiser_shown FROM matter'
    + " UNION SELECT value FROM field WHERE name IN ('session_place', 'convened_by')")
    .filter((name) => name !== '').concat(['养老']).sort((a, b) => b.length - a.length);
}

async function isEnglish(page, path, server, look = visit) {
  await look(page, path);
  assert.equal(await page.locator('html').getAttribute('lang'), 'en');
  const texts = await page.evaluate((places) => {
    const found = [document.title];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      if (!walker.currentNode.parentElement.closest(places)) found.push(walker.currentNode.textContent.trim());
    }
    for (const e of document.querySelectorAll('[aria-label], [placeholder], [title]')) {
      for (const name of ['aria-label', 'placeholder', 'title']) found.push(e.getAttribute(name) ?? '');
    }
    return found;
  }, records.join(', '));
  const names = namesOf(server);
  const left = texts.map((text) => names.reduce((rest, name) => rest.replaceAll(name, ''), text))
    .filter((text) => /[\u3400-\u9fff]/.test(text));
  assert.deepEqual(left.slice(0, 6), [], `Chinese on ${path}`);
}

journey('every public page is there in English, and accessible', async (t) => {
  const server = await t.server();
  const page = await t.page(server, { lang: 'en' });
  const matters = [...(await mattersByState(page)).values()];
  for (const path of [...publicPaths, ...(await detailPaths(page)), ...matters, `${matters[0]}/print`]) {
    await t.check(path, () => isEnglish(page, path, server, everything));
  }
  await t.check('an error', () => everything(page, '/nowhere', { status: 404 }));
}, { timeout: 240_000 });

// In parts, so that they can go beside each other.
const parts = 4;
for (let part = 0; part < parts; part += 1) {
  journey(`every role’s own pages are there in English, and accessible, part ${part + 1} of ${parts}`, async (t) => {
    const server = await t.server();
    const matters = [...(await mattersByState(await t.page(server, { lang: 'en' }))).values()];
    for (const role of roles.filter((_, i) => i % parts === part)) {
      const own = await pageAs(t, server, role, { lang: 'en' });
      for (const path of ['/me', ...(rolePaths[role] ?? [])]) {
        await t.check(`${role} ${path}`, () => isEnglish(own, path, server, everything));
      }
      for (const path of actingRoles.includes(role) ? matters : []) {
        await t.check(`${role} ${path}`, () => isEnglish(own, path, server));
      }
      await own.context().close();
    }
  }, { timeout: 240_000 });
}

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
  await isEnglish(visitor, path, server);
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
